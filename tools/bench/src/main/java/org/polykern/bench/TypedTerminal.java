package org.polykern.bench;

import java.io.IOException;

/** A shell in a terminal, whether near or far. Not for two threads. */
interface TypedTerminal extends AutoCloseable {
  /** What the shell's prompt becomes; what is typed never has it. */
  String PROMPT = "@@> ";

  /**
   * Types, and reads what comes until the marker.
   *
   * @return nanoseconds from the typing to the marker
   */
  long expect(String marker, String typed) throws IOException, InterruptedException;

  /** Types, and reads at least so many bytes. */
  void swallow(long bytes, String typed) throws IOException, InterruptedException;

  /** Gives the shell a prompt that can be told from all else. */
  default void settle() throws IOException, InterruptedException {
    expect(PROMPT, "PS1='@''@> '; PROMPT_COMMAND=\r");
  }

  @Override
  void close() throws IOException;
}
