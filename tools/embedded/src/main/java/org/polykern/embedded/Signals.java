package org.polykern.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Sends signals that the JDK has no call for, and waits for their effect. */
final class Signals {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private Signals() {}

  /**
   * Sends {@code INT}, {@code QUIT}, {@code TERM} or {@code KILL}; a process that is gone is fine.
   */
  static void send(String signal, ProcessTable.Identity process) {
    if (!process.isAlive()) {
      return;
    }
    List<String> command =
        List.of("/bin/sh", "-c", "kill -s " + signal + " " + process.pid() + " 2>/dev/null || :");
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Expected to send a signal through /bin/sh, but: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the process is gone; false when it still runs after the limit. */
  static boolean awaitEnd(ProcessTable.Identity process, Duration limit) {
    return await(() -> !process.isAlive(), limit);
  }

  /** Looks every few milliseconds until the condition holds; false after the limit or interrupt. */
  static boolean await(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
        return condition.getAsBoolean();
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    return true;
  }
}
