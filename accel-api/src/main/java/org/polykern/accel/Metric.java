package org.polykern.accel;

import java.util.Set;

/**
 * Something that is measured.
 *
 * @param key starts with the plug-in's key and an underscore, without dots: {@code cuda_mem}
 * @param unit {@code bytes}, {@code percent}, {@code Celsius}, {@code Watts}, {@code msec}, {@code
 *     bps}
 * @param current what is shown of the measured values
 * @param statistics what is kept beside the current value: of {@code min}, {@code max}, {@code
 *     sum}, {@code avg}, {@code diff}, {@code rate}
 */
public record Metric(String key, String unit, Current current, Set<String> statistics) {
  private static final Set<String> STATISTICS = Set.of("min", "max", "sum", "avg", "diff", "rate");

  /** What is shown of a row of measured values. */
  public enum Current {
    /** The last one. */
    RAW,
    /** The last one less the one before. */
    DIFF,
    /** The difference per second. */
    RATE
  }

  public Metric {
    if (!key.matches("[a-z][a-z0-9_-]*")) {
      throw new IllegalArgumentException(
          "Expected a metric key such as cuda_mem, but got '" + key + "'");
    }
    if (!STATISTICS.containsAll(statistics)) {
      throw new IllegalArgumentException(
          "Expected statistics out of " + STATISTICS + " for " + key + ", but got " + statistics);
    }
    statistics = Set.copyOf(statistics);
  }

  /** A metric whose last value is shown. */
  public static Metric raw(String key, String unit, String... statistics) {
    return new Metric(key, unit, Current.RAW, Set.of(statistics));
  }
}
