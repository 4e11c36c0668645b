package org.polykern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line as a process of its own, perhaps in a terminal of its own. */
public final class CliProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Collected out;
  private final Collected err;

  private CliProcess(Process process) {
    this.process = process;
    this.out = new Collected(process.getInputStream());
    this.err = new Collected(process.getErrorStream());
  }

  public static CliProcess start(Map<String, String> environment, String... args) {
    // A build in the background hands SIGINT down as ignored; a person's shell does not.
    return start(environment, List.of("env", "--default-signal=INT"), args);
  }

  /** In a terminal of 30 rows and 100 columns. */
  public static CliProcess inTerminal(Map<String, String> environment, String... args) {
    String program = Path.of("src/test/python/pty_run.py").toAbsolutePath().toString();
    return start(environment, List.of("python3", program, "30", "100"), args);
  }

  private static CliProcess start(
      Map<String, String> environment, List<String> before, String... args) {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "org.polykern.cli.Main"));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(key -> key.startsWith("BACKEND_"));
    builder.environment().putAll(environment);
    try {
      return new CliProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has written, or shown in its terminal. */
  public String out() {
    return out.text();
  }

  public String err() {
    return err.text();
  }

  public void awaitOut(String expected) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(out()).contains(expected));
  }

  /** Types. */
  public void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends its standard input; keys of a terminal go on. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** The command line's process id, where it is in a terminal. */
  public long pidInTerminal() {
    await().atMost(PATIENCE).until(() -> err().startsWith("pid ") && err().contains("\n"));
    return Long.parseLong(err().lines().findFirst().orElseThrow().substring(4));
  }

  /** To the process that {@link #start} started. */
  public void signal(String name) throws IOException, InterruptedException {
    signal(name, process.pid());
  }

  public static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + pid).start().waitFor()).isZero();
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("it ends; out: %s, err: %s", out(), err())
        .isTrue();
    out.complete();
    err.complete();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A stream's bytes so far. */
  private static final class Collected {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Collected(InputStream stream) {
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try (stream) {
                  stream.transferTo(bytes);
                } catch (IOException e) {
                  // The process is gone; what it wrote is here.
                }
              });
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    void complete() throws InterruptedException {
      thread.join(Duration.ofSeconds(5));
    }
  }
}
