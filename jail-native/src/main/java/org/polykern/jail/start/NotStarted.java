package org.polykern.jail.start;

import java.io.IOException;

/** A program was not started; the message is a sentence for people. */
public final class NotStarted extends IOException {
  private static final long serialVersionUID = 1L;

  /** The jail could not be made. */
  public static final int NO_JAIL = 125;

  /** The program is there, but cannot be executed. */
  public static final int NOT_EXECUTABLE = 126;

  /** There is no such program. */
  public static final int NOT_FOUND = 127;

  private final int exitCode;

  NotStarted(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** What a shell would end with: one of the constants above. */
  public int exitCode() {
    return exitCode;
  }
}
