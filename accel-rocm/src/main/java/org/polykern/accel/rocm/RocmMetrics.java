package org.polykern.accel.rocm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.polykern.accel.Census;
import org.polykern.accel.Health;
import org.polykern.accel.Measurement;
import org.polykern.accel.Metric;
import org.polykern.accel.Reading;

/** One round of measuring. What cannot be told is left out for that GPU. */
final class RocmMetrics {
  private static final Metric MEMORY = Metric.raw("rocm_mem", "bytes", "max");
  private static final Metric BUSY = Metric.raw("rocm_util", "percent", "avg", "max");
  private static final Metric POWER = Metric.raw("rocm_power", "Watts", "avg", "max");
  private static final Metric TEMPERATURE = Metric.raw("rocm_temperature", "Celsius", "avg", "max");
  private static final int HOT = 120;
  private static final long MICRO = 1_000_000;

  private final Sysfs sysfs;

  RocmMetrics(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  List<Reading> measure(List<RocmGpu> gpus, Optional<Smi> smi, Census census) {
    var samples = new HashMap<RocmGpu, Sample>();
    for (var gpu : gpus) {
      if (gpu.device().health().state() != Health.State.SICK) {
        samples.put(gpu, sample(gpu, smi));
      }
    }
    var memory =
        each(samples, (gpu, sample) -> of(sample.memoryUsed(), gpu.device().memoryBytes()));
    var power =
        each(
            samples,
            (gpu, sample) ->
                of(scaled(sample.microwatts()), scaled(sample.microwattsAtMost()).orElse(0)));
    return List.of(
        Reading.summed(MEMORY, memory, census).withProcesses(processes(gpus, census)),
        Reading.summed(BUSY, each(samples, (gpu, sample) -> of(sample.busy(), 100)), census),
        Reading.summed(POWER, power, census),
        Reading.averaged(TEMPERATURE, each(samples, (gpu, sample) -> of(sample.celsius(), HOT))));
  }

  private Sample sample(RocmGpu gpu, Optional<Smi> smi) {
    var told = smi.flatMap(library -> gpu.library().map(library::sample)).orElse(Sample.NOTHING);
    var shown = gpu.renderMinors().stream().findFirst().map(sysfs::sample);
    return told.or(shown.orElse(Sample.NOTHING));
  }

  private Map<Long, Measurement> processes(List<RocmGpu> gpus, Census census) {
    if (census.processes().isEmpty()) {
      return Map.of();
    }
    var all = gpus.stream().flatMap(gpu -> gpu.gpuIds().stream()).toList();
    var memory = gpus.stream().mapToLong(gpu -> gpu.device().memoryBytes()).sum();
    var processes = new HashMap<Long, Measurement>();
    sysfs
        .processes(java.util.Set.copyOf(all))
        .forEach((pid, bytes) -> {
          if (census.processes().containsKey(pid)) {
            processes.put(pid, Measurement.of(bytes, memory));
          }
        });
    return processes;
  }

  /** One figure out of a sample. */
  private interface Figure {
    Optional<Measurement> of(RocmGpu gpu, Sample sample);
  }

  private static Map<String, Measurement> each(Map<RocmGpu, Sample> samples, Figure figure) {
    var values = new HashMap<String, Measurement>();
    samples.forEach((gpu, sample) ->
        figure.of(gpu, sample).ifPresent(value -> values.put(gpu.device().id(), value)));
    return values;
  }

  private static Optional<Measurement> of(OptionalLong value, long capacity) {
    return value.isPresent()
        ? Optional.of(Measurement.of(value.getAsLong(), capacity))
        : Optional.empty();
  }

  private static OptionalLong scaled(OptionalLong microwatts) {
    return microwatts.isPresent() ? OptionalLong.of(microwatts.getAsLong() / MICRO) : microwatts;
  }
}
