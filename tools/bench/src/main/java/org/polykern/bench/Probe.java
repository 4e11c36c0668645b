package org.polykern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that does what it is told, line by line, and answers how long it took. */
final class Probe implements AutoCloseable {
  private static final long SECONDS_TO_END = 10;

  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  private Probe(Process process) {
    this.process = process;
    this.orders = process.outputWriter(StandardCharsets.US_ASCII);
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
  }

  static Probe start(Path directory, List<String> command) throws IOException {
    return new Probe(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  long pid() {
    return process.pid();
  }

  /** The answer to one line: nanoseconds, unless the line asks for something else. */
  long ask(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Expected an answer to '" + line + "', but the probe has ended");
    }
    return Long.parseLong(answer);
  }

  /** Nanoseconds of one of {@code times}. */
  double each(String what, int times, String rest) throws IOException {
    return (double) ask(what + " " + times + rest) / times;
  }

  /** Lets it end, or ends it; a jail takes everything in it along. */
  @Override
  public void close() throws IOException {
    orders.close();
    try {
      process.onExit().get(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }
}
