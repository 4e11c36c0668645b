package org.polykern.accel.host;

import java.time.Duration;

/** How long calls may take, by kind. */
public record Deadlines(Duration open, Duration discover, Duration arguments, Duration measure) {
  /** For libraries that start slowly, but not for users who wait. */
  public static final Deadlines USUAL =
      new Deadlines(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(4));
}
