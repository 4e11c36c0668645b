package org.polykern.runner;

import java.time.Duration;
import org.polykern.runner.spawn.Signal;

/** Which signal the next interrupt of a run sends: repeated soon, it gets harder. */
final class Interrupts {
  private static final long SOON = Duration.ofSeconds(5).toNanos();
  private static final Signal[] LEVELS = {Signal.INTERRUPT, Signal.TERMINATE, Signal.KILL};

  private int level = -1;
  private long last;

  /** A new run begins. */
  void reset() {
    level = -1;
  }

  Signal next(long nowNanos) {
    boolean again = level >= 0 && nowNanos - last < SOON;
    level = again ? Math.min(level + 1, LEVELS.length - 1) : 0;
    last = nowNanos;
    return LEVELS[level];
  }
}
