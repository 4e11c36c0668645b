package org.polykern.launcher;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What people see. A detached start talks to the script that waits for it: plain lines are shown,
 * {@code @ready} ends the wait. After that nobody reads, so nothing is written any more.
 */
final class Console {
  /** Set by the script when it waits for {@code @ready}. */
  private static final boolean DETACHED = Boolean.getBoolean("polykern.detached");

  private static final Duration WORTH_A_LINE = Duration.ofMillis(10);

  private static final String READY = "@ready";

  private Console() {}

  static void say(String line) {
    System.out.println(line);
  }

  static void error(@Nullable String line) {
    (DETACHED ? System.out : System.err).println("error: " + line);
  }

  /** A step of the start-up, unless it took no time. */
  static void step(String name, Duration took) {
    if (took.compareTo(WORTH_A_LINE) < 0) {
      return;
    }
    System.out.printf("  %-12s %6.2f s%n", name, took.toMillis() / 1000.0);
  }

  /** Everything is said: lets a waiting script go. */
  static void ready() {
    if (DETACHED) {
      System.out.println(READY);
      System.out.close();
      System.setOut(new PrintStream(PrintStream.nullOutputStream(), false));
    }
  }
}
