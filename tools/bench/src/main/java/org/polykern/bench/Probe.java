package org.polykern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.Policy;

/** A process that does what it is told, line by line, and answers how long it took. */
final class Probe implements AutoCloseable {
  private static final long SECONDS_TO_END = 10;

  private final Writer orders;
  private final BufferedReader answers;
  private final long pid;
  private final CompletableFuture<?> ended;
  private final boolean jailed;

  private Probe(
      Writer orders, BufferedReader answers, long pid, CompletableFuture<?> ended, boolean jailed) {
    this.jailed = jailed;
    this.orders = orders;
    this.answers = answers;
    this.pid = pid;
    this.ended = ended;
  }

  /** One beside the jail. */
  static Probe free(JailBed bed, List<String> command) throws IOException {
    var process =
        new ProcessBuilder(bed.free(command))
            .directory(bed.directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new Probe(
        process.outputWriter(StandardCharsets.US_ASCII),
        process.inputReader(StandardCharsets.US_ASCII),
        process.pid(),
        process.onExit(),
        false);
  }

  /** One in a jail. */
  static Probe jailed(
      JailBed bed, Policy policy, @Nullable CallQuestions questions, List<String> command)
      throws IOException, InterruptedException {
    var in = bed.pipe();
    var out = bed.pipe();
    // Held open from both sides, no opening of these pipes waits for another.
    try (var _ = new RandomAccessFile(in.toFile(), "rw");
        var _ = new RandomAccessFile(out.toFile(), "rw")) {
      var program = bed.start(policy, questions, in.toString(), out.toString(), command);
      return new Probe(
          Files.newBufferedWriter(in),
          Files.newBufferedReader(out),
          program.helper(),
          program.ended(),
          true);
    }
  }

  /** The process itself, or the helper of its jail. */
  long pid() {
    return pid;
  }

  /** The answer to one line. */
  String ask(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
    var answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Expected an answer to '" + line + "', but the probe has ended");
    }
    return answer;
  }

  /** Nanoseconds of one of {@code times}. */
  double each(String what, int times, String rest) throws IOException {
    return number(ask(what + " " + times + rest), 0) / times;
  }

  /**
   * Nanoseconds of {@code what}: the time it took, and the processor time of the processes that it
   * made, with that of the helper where there is one.
   */
  double[] wallAndProcessors(String what) throws IOException {
    var before = helperNanos();
    var answer = ask(what);
    return new double[] {number(answer, 0), number(answer, 1) + helperNanos() - before};
  }

  private double helperNanos() throws IOException {
    return jailed ? number(Files.readString(Path.of("/proc/" + pid + "/schedstat")), 0) : 0;
  }

  private static double number(String words, int index) {
    return Double.parseDouble(words.split(" ", -1)[index]);
  }

  /** Lets it end, or ends it; a jail takes everything in it along. */
  @Override
  public void close() throws IOException {
    orders.close();
    try {
      ended.get(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      kill();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
    answers.close();
  }

  private void kill() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
