package org.polykern.runner;

import java.time.Duration;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.CLibrary;

/**
 * Gives memory back some time after the last run: all of it is charged to the user's memory. The
 * collector shrinks the heap only when it collects everything, and the C library keeps what the
 * compiler of the JVM needed. Confined to the loop thread.
 */
final class HeapTrim {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final long WORTHWHILE_BYTES = 14L * 1024 * 1024;

  private final EventLoop loop;
  private boolean busy;
  private boolean waiting;
  private long idleSince;

  HeapTrim(EventLoop loop) {
    this.loop = loop;
  }

  /** A run starts. */
  void busy() {
    busy = true;
  }

  /** A run has ended; the next one may follow at once. */
  void idle() {
    busy = false;
    idleSince = System.nanoTime();
    lookAfter(QUIET);
  }

  private void lookAfter(Duration rest) {
    if (!waiting) {
      waiting = true;
      loop.after(rest, this::look);
    }
  }

  private void look() {
    waiting = false;
    if (busy) {
      return; // The end of that run comes back here.
    }
    Duration rest = QUIET.minusNanos(System.nanoTime() - idleSince);
    if (rest.isPositive()) {
      lookAfter(rest);
      return;
    }
    if (Runtime.getRuntime().totalMemory() > WORTHWHILE_BYTES) {
      System.gc();
    }
    CLibrary.trim();
  }
}
