package org.polykern.accel;

import java.math.BigDecimal;
import java.util.Optional;

/** A value and, where there is one, what it cannot exceed; both in the metric's unit. */
public record Measurement(BigDecimal value, Optional<BigDecimal> capacity) {
  public static final Measurement ZERO = of(0, 0);

  public static Measurement of(long value, long capacity) {
    return new Measurement(BigDecimal.valueOf(value), Optional.of(BigDecimal.valueOf(capacity)));
  }

  /** The sums; without a capacity when either has none. */
  public Measurement plus(Measurement other) {
    return new Measurement(
        value.add(other.value), capacity.flatMap(mine -> other.capacity.map(mine::add)));
  }
}
