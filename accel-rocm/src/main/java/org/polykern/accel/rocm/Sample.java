package org.polykern.accel.rocm;

import java.util.OptionalLong;

/**
 * Live figures of one GPU, each where it can be told.
 *
 * @param memoryUsed bytes
 * @param busy percent
 */
record Sample(
    OptionalLong memoryUsed,
    OptionalLong busy,
    OptionalLong microwatts,
    OptionalLong microwattsAtMost,
    OptionalLong celsius) {
  static final Sample NOTHING =
      new Sample(
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  /** These figures, and the other's where there is none. */
  Sample or(Sample other) {
    return new Sample(
        first(memoryUsed, other.memoryUsed),
        first(busy, other.busy),
        first(microwatts, other.microwatts),
        first(microwattsAtMost, other.microwattsAtMost),
        first(celsius, other.celsius));
  }

  private static OptionalLong first(OptionalLong one, OptionalLong other) {
    return one.isPresent() ? one : other;
  }
}
