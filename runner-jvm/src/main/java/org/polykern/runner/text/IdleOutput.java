package org.polykern.runner.text;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Output that belongs to no run (background threads and processes): it goes to the runner's log, up
 * to a limit between two runs, so that a forgotten loop cannot fill the disk.
 */
public final class IdleOutput {
  private static final long LIMIT_BYTES = 1024 * 1024;

  private final Consumer<String> log;
  private long written;

  public IdleOutput(Consumer<String> log) {
    this.log = log;
  }

  public void runStarts() {
    written = 0;
  }

  /** Whether no more will be written until the next run. */
  public boolean full() {
    return written > LIMIT_BYTES;
  }

  public void add(ByteBuffer text) {
    if (!text.hasRemaining() || full()) {
      return;
    }
    written += text.remaining();
    log.accept("between runs: " + StandardCharsets.UTF_8.decode(text.duplicate()));
    if (full()) {
      log.accept("between runs: more output is dropped until the next run starts");
    }
  }
}
