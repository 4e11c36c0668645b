package org.polykern.cli.jail;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.polykern.cli.run.Terminal;

/** Lines of events in a file, each of them there as soon as it was told. */
final class EventFile implements Consumer<String>, AutoCloseable {
  private final Path file;
  private final BufferedWriter out;
  private final Terminal terminal;
  private boolean failed;

  private EventFile(Path file, BufferedWriter out, Terminal terminal) {
    this.file = file;
    this.out = out;
    this.terminal = terminal;
  }

  /** Empties or creates {@code file}. */
  static EventFile create(Path file, Terminal terminal) {
    try {
      return new EventFile(
          file, Files.newBufferedWriter(file, StandardCharsets.ISO_8859_1), terminal);
    } catch (IOException e) {
      throw CommandProblem.usage(
          "Expected to be able to write %s, but: %s.".formatted(file, e.getMessage()));
    }
  }

  @Override
  public void accept(String line) {
    try {
      out.write(line);
      out.newLine();
      out.flush();
    } catch (IOException e) {
      complain(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Once: the program goes on. */
  private void complain(IOException e) {
    if (!failed) {
      failed = true;
      terminal
          .err()
          .println("warning: Not all events are in %s: %s.".formatted(file, e.getMessage()));
    }
  }
}
