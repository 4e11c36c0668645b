package org.polykern.runner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;

/**
 * Gives memory back after a run with much output: the heap is charged to the user's memory, and the
 * collector shrinks it only when it collects everything. Confined to the loop thread.
 */
final class HeapTrim {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final long WORTHWHILE_BYTES = 14L * 1024 * 1024;

  private final EventLoop loop;
  private EventLoop.@Nullable Timer timer;

  HeapTrim(EventLoop loop) {
    this.loop = loop;
  }

  /** A run starts. */
  void busy() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** A run has ended; the next one may follow at once. */
  void idle() {
    if (timer == null && Runtime.getRuntime().totalMemory() > WORTHWHILE_BYTES) {
      timer = loop.after(QUIET, this::trim);
    }
  }

  private void trim() {
    timer = null;
    System.gc();
  }
}
