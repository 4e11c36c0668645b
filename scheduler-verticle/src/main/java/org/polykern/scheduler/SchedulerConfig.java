package org.polykern.scheduler;

import java.time.Duration;
import org.polykern.common.config.Setting;

/** Settings of the scheduler role. */
public record SchedulerConfig(
    @Setting(fallback = "30s", about = "An agent that is silent for so long is lost.")
        Duration lostAfter,
    @Setting(fallback = "10m", about = "The longest time a starting kernel may stay in one status.")
        Duration startDeadline,
    @Setting(fallback = "10m", about = "After it a stop skips the grace period.")
        Duration stopDeadline,
    @Setting(
            fallback = "10s",
            about = "Kernels whose status is younger are not compared with heartbeats.")
        Duration driftGrace,
    @Setting(
            fallback = "60s",
            about = "A session that waits for so long gets agents kept free for it.")
        Duration reserveAfter,
    @Setting(fallback = "3", about = "After so many refused starts a session is cancelled.")
        int maxAttempts,
    @Setting(fallback = "200", about = "Sessions placed in one transaction.") int batch,
    @Setting(
            fallback = "2000",
            about = "Waiting sessions per resource group looked at in one round.")
        int depth) {

  public SchedulerConfig {
    if (lostAfter.isNegative() || lostAfter.isZero()) {
      throw new IllegalArgumentException("Expected lost-after above 0, but got " + lostAfter);
    }
    if (maxAttempts < 1 || batch < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "Expected max-attempts, batch and depth of at least 1, but got "
              + maxAttempts
              + ", "
              + batch
              + " and "
              + depth);
    }
  }

  /** The fallbacks. */
  public static SchedulerConfig defaults() {
    var tenMinutes = Duration.ofMinutes(10);
    return new SchedulerConfig(
        Duration.ofSeconds(30),
        tenMinutes,
        tenMinutes,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        3,
        200,
        2_000);
  }
}
