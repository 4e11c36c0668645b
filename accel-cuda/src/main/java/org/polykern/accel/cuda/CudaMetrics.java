package org.polykern.accel.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.polykern.accel.Census;
import org.polykern.accel.Grant;
import org.polykern.accel.Measurement;
import org.polykern.accel.Metric;
import org.polykern.accel.Reading;

/** One round of measuring. What a GPU does not support is left out for that GPU. */
final class CudaMetrics {
  private static final Metric MEMORY = Metric.raw("cuda_mem", "bytes", "max");
  private static final Metric BUSY = Metric.raw("cuda_util", "percent", "avg", "max");
  private static final Metric POWER = Metric.raw("cuda_power", "Watts", "avg", "max");
  private static final Metric TEMPERATURE = Metric.raw("cuda_temperature", "Celsius", "avg", "max");
  private static final int HOT = 120;
  private static final int MILLI = 1000;

  private final CudaSettings settings;
  private final FailureLog failures;

  CudaMetrics(CudaSettings settings, FailureLog failures) {
    this.settings = settings;
    this.failures = failures;
  }

  List<Reading> measure(List<Card> cards, Census census) {
    return List.of(
        memory(cards, census),
        Reading.summed(BUSY, each(cards, CudaMetrics::busy), census),
        Reading.summed(POWER, each(whole(cards), CudaMetrics::power), census),
        Reading.averaged(
            TEMPERATURE, each(whole(cards), gpu -> Measurement.of(gpu.gpu().celsius(), HOT))));
  }

  /** What is asked, and whether it is a slice. */
  private record Asked(Gpu gpu, boolean slice) {}

  private Reading memory(List<Card> cards, Census census) {
    var devices =
        each(
            cards,
            gpu -> {
              var memory = gpu.gpu().memory();
              return Measurement.of(memory.used(), memory.total());
            });
    var all = Reading.summed(MEMORY, devices, census);
    var processes = processes(cards, census);
    var containers = new HashMap<>(all.containers());
    census
        .containers()
        .forEach((container, grant) -> {
          if (grant.slots().containsKey(Slots.SHARES) && containers.containsKey(container)) {
            containers.put(container, ofShares(container, grant, processes, census));
          }
        });
    var known = new HashMap<Long, Measurement>();
    processes.forEach((pid, bytes) ->
        known.put(
            pid,
            new Measurement(
                java.math.BigDecimal.valueOf(bytes),
                Optional.ofNullable(containers.get(census.processes().get(pid)))
                    .flatMap(Measurement::capacity))));
    return new Reading(MEMORY, all.node(), devices, containers, known);
  }

  /** A container with a part of a GPU uses what its own processes use of what it was granted. */
  private Measurement ofShares(
      String container, Grant grant, Map<Long, Long> processes, Census census) {
    var used =
        processes.entrySet().stream()
            .filter(e -> container.equals(census.processes().get(e.getKey())))
            .mapToLong(Map.Entry::getValue)
            .sum();
    var granted =
        grant.deviceIds().stream()
            .mapToLong(id -> settings.units().memoryOf(grant.amount(Slots.SHARES, id)))
            .sum();
    return Measurement.of(used, granted);
  }

  /** Bytes on all GPUs by those processes that the host knows. */
  private Map<Long, Long> processes(List<Card> cards, Census census) {
    var processes = new HashMap<Long, Long>();
    if (census.processes().isEmpty()) {
      return processes;
    }
    for (var card : cards) {
      card.gpu()
          .flatMap(gpu -> told(gpu::processes))
          .orElse(Map.of())
          .forEach((pid, bytes) -> {
            if (census.processes().containsKey(pid)) {
              processes.merge(pid, bytes, Long::sum);
            }
          });
    }
    return processes;
  }

  /** Slices do not tell; a value of 0 with its capacity keeps user interfaces whole. */
  private static Measurement busy(Asked asked) {
    return Measurement.of(asked.slice() ? 0 : asked.gpu().busy(), 100);
  }

  private static Measurement power(Asked asked) {
    return Measurement.of(asked.gpu().milliwatts() / MILLI, asked.gpu().milliwattsAtMost() / MILLI);
  }

  private static List<Card> whole(List<Card> cards) {
    return cards.stream().filter(card -> card.slice().isEmpty()).toList();
  }

  private Map<String, Measurement> each(List<Card> cards, Function<Asked, Measurement> question) {
    var values = new HashMap<String, Measurement>();
    for (var card : cards) {
      card.gpu()
          .map(gpu -> new Asked(gpu, card.slice().isPresent()))
          .flatMap(asked -> told(() -> question.apply(asked)))
          .ifPresent(value -> values.put(card.device().id(), value));
    }
    return values;
  }

  private <T> Optional<T> told(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (NvmlException e) {
      failures.say(e);
      return Optional.empty();
    }
  }
}
