package org.polykern.accel.mock;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.polykern.accel.Census;
import org.polykern.accel.Measurement;
import org.polykern.accel.Metric;
import org.polykern.accel.Reading;

/** Figures that look like those of busy devices; the same ones for the same seed. */
final class Load {
  private static final int WATTS = 250;
  private static final int CELSIUS = 120;
  private static final BigDecimal LEAST_MEMORY = new BigDecimal("0.2");

  private final MockFile.Simulation simulation;
  private final Random random;

  Load(MockFile.Simulation simulation) {
    this.simulation = simulation;
    this.random = new Random(simulation.seed());
  }

  List<Reading> measure(String key, List<MockDevice> devices, Census census) {
    var memory = new HashMap<String, Measurement>();
    var busy = new HashMap<String, Measurement>();
    var power = new HashMap<String, Measurement>();
    var temperature = new HashMap<String, Measurement>();
    for (var device : devices) {
      memory.put(device.id(), part(LEAST_MEMORY, device.memoryBytes()));
      busy.put(device.id(), part(BigDecimal.ZERO, 100));
      power.put(device.id(), around(200, 50, WATTS));
      temperature.put(device.id(), around(90, 20, CELSIUS));
    }
    var used = Reading.summed(Metric.raw(key + "_mem", "bytes", "max"), memory, census);
    return List.of(
        used.withProcesses(processes(used, census)),
        Reading.summed(Metric.raw(key + "_util", "percent", "avg", "max"), busy, census),
        Reading.summed(Metric.raw(key + "_power", "Watts", "avg", "max"), power, census),
        Reading.averaged(Metric.raw(key + "_temperature", "Celsius", "avg", "max"), temperature));
  }

  /** Each process of a container uses the same part of the container's memory. */
  private static Map<Long, Measurement> processes(Reading used, Census census) {
    var counts = new HashMap<String, Long>();
    census.processes().values().forEach(container -> counts.merge(container, 1L, Long::sum));
    var processes = new HashMap<Long, Measurement>();
    census
        .processes()
        .forEach((pid, container) -> {
          var all = used.containers().get(container);
          var count = counts.get(container);
          if (all != null && count != null) {
            processes.put(
                pid,
                new Measurement(
                    all.value().divideToIntegralValue(BigDecimal.valueOf(count)), all.capacity()));
          }
        });
    return processes;
  }

  private Measurement part(BigDecimal least, long capacity) {
    var part = simulation.load();
    if (!simulation.fixed()) {
      part = least.add(BigDecimal.ONE.subtract(least).multiply(drawn()).multiply(part));
    }
    return measurement(part.multiply(BigDecimal.valueOf(capacity)), capacity);
  }

  private Measurement around(int mean, int deviation, int capacity) {
    if (simulation.fixed()) {
      return measurement(simulation.load().multiply(BigDecimal.valueOf(capacity)), capacity);
    }
    var drawn = Math.max(0, Math.min(capacity, random.nextGaussian(mean, deviation)));
    return measurement(new BigDecimal(drawn, MathContext.DECIMAL32), capacity);
  }

  private BigDecimal drawn() {
    return new BigDecimal(random.nextDouble(), MathContext.DECIMAL32);
  }

  /** Whole units: clients parse bytes as integers. */
  private static Measurement measurement(BigDecimal value, long capacity) {
    return new Measurement(
        new BigDecimal(value.toBigInteger()), Optional.of(BigDecimal.valueOf(capacity)));
  }
}
