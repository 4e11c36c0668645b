package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.polykern.cli.client.ClientConfig;

/** One running instance, started and driven by the launcher script. */
final class Product implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(4);
  private static final Duration COMMAND_PATIENCE = Duration.ofMinutes(2);

  private final Path root = Repository.root();
  private final Path data;
  private final Backend backend;
  private final int port;

  /** Which kernel backend runs the sessions. */
  enum Backend {
    PROCESS,
    DOCKER;

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** How a command ended, and what it wrote. */
  record Result(int exitCode, String out, String err) {}

  private Product(Path data, Backend backend, int port) {
    this.data = data;
    this.backend = backend;
    this.port = port;
  }

  /** Starts an instance in a fresh data directory; returns when it is ready. */
  static Product start(Backend backend) {
    try {
      Path data = Files.createTempDirectory("polykern-e2e-" + backend.label() + "-");
      Product product = new Product(data, backend, freePort());
      product.up();
      return product;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code ./polykern up}, first or again. */
  Result up() {
    Result result =
        finish(
            begin(
                Map.of(),
                "up",
                "--detach",
                "--port",
                String.valueOf(port),
                "--data",
                data.toString(),
                "--backend",
                backend.label()),
            "",
            START_PATIENCE);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "Expected 'polykern up' to succeed, but it ended with "
              + result.exitCode()
              + ":\n"
              + result.out()
              + result.err());
    }
    return result;
  }

  /** A command of the launcher itself, on this instance. */
  Result launcher(String command) {
    return finish(begin(Map.of(), command, "--data", data.toString()), "", COMMAND_PATIENCE);
  }

  /** A client command, with nothing on standard input. */
  Result cli(String... args) {
    return cliWithInput("", args);
  }

  Result cliWithInput(String stdin, String... args) {
    return finish(background(args), stdin, COMMAND_PATIENCE);
  }

  /** A client command that the test ends itself. */
  Running background(String... args) {
    return begin(environment("client.env"), args);
  }

  /** A client command in a terminal of 30 rows and 100 columns. */
  Running inTerminal(String... args) {
    Path driver = root.resolve("tools/cli/src/test/python/pty_run.py");
    return begin(
        List.of("python3", driver.toString(), "30", "100"), environment("client.env"), args);
  }

  /** A client command as the plain user. */
  Result cliAsUser(String... args) {
    return finish(begin(environment("user.env"), args), "", COMMAND_PATIENCE);
  }

  /** Where the API is and the administrator's keys. */
  ClientConfig config() {
    return ClientConfig.load(environment("client.env"), root);
  }

  /** The process that holds all roles. */
  ProcessHandle jvm() {
    return ProcessHandle.of(Long.parseLong(instance().get("pid"))).orElseThrow();
  }

  Path data() {
    return data;
  }

  Map<String, String> instance() {
    return lines(data.resolve("instance"));
  }

  Map<String, String> environment(String file) {
    return lines(data.resolve(file));
  }

  @Override
  public void close() {
    Result down = launcher("down");
    assertThat(down.exitCode()).as("polykern down: %s%s", down.out(), down.err()).isZero();
    try (var files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(Product::deleteQuietly);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A started command whose output is being collected. */
  record Running(Process process, Output out, Output err) {
    /** Types, or writes to standard input. */
    void type(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    /** To the process and what it started. */
    void signal(String name) {
      java.util.stream.Stream.concat(
              process.descendants(), java.util.stream.Stream.of(process.toHandle()))
          .forEach(each -> kill(name, each.pid()));
    }

    /** Makes the window of a command in a terminal 50 by 132. */
    void enlarge() {
      kill("USR1", process.pid());
    }

    private static void kill(String name, long pid) {
      try {
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
            .redirectErrorStream(true)
            .start()
            .waitFor();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Result await(Duration patience) {
      try {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException(
              "Expected the command to end within "
                  + patience
                  + ", but it did not.\n"
                  + out.text()
                  + err.text());
        }
        return new Result(process.waitFor(), out.complete(), err.complete());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Collects a stream in the background, so that no pipe ever fills up. */
  static final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Output(InputStream stream) {
      thread = Thread.ofVirtual().start(() -> copy(stream));
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    String complete() throws InterruptedException {
      // A daemon that inherited the stream would keep it open: the text so far is what counts.
      thread.join(Duration.ofSeconds(5));
      return text();
    }

    private void copy(InputStream stream) {
      try (stream) {
        stream.transferTo(bytes);
      } catch (IOException e) {
        // The process is gone; what it wrote is here.
      }
    }
  }

  private Running begin(Map<String, String> environment, String... args) {
    // A build in the background hands SIGINT down as ignored; a person's shell does not.
    return begin(List.of("env", "--default-signal=INT"), environment, args);
  }

  private Running begin(List<String> before, Map<String, String> environment, String... args) {
    List<String> command = new ArrayList<>(before);
    command.add(root.resolve("polykern").toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().keySet().removeIf(key -> key.startsWith("BACKEND_"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      return new Running(
          process, new Output(process.getInputStream()), new Output(process.getErrorStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result finish(Running running, String stdin, Duration patience) {
    try (var in = running.process().getOutputStream()) {
      in.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading its input, which is its right.
    }
    return running.await(patience);
  }

  private static Map<String, String> lines(Path file) {
    Map<String, String> values = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int at = line.indexOf('=');
        if (at > 0 && !line.startsWith("#")) {
          values.put(line.substring(0, at), line.substring(at + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Left to the system's temporary directory; the assertions above found it stopped.
    }
  }
}
