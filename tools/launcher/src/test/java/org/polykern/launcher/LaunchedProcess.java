package org.polykern.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The launcher's main class in a JVM of its own, with this module's class path. */
final class LaunchedProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private LaunchedProcess(Process process) {
    this.process = process;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** Starts it; its log lies in the data directory, which must be among the arguments. */
  static LaunchedProcess start(Path data, Map<String, String> environment, String... arguments)
      throws IOException {
    var classPath = System.getProperty("surefire.test.class.path");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dpolykern.log.console=OFF",
                "-Dpolykern.log.file=" + data.resolve("log/polykern.log"),
                "-cp",
                classPath == null ? System.getProperty("java.class.path") : classPath,
                "org.polykern.launcher.Main"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    Files.createDirectories(data.resolve("log"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("POLYKERN_AGENT_KERNEL_HOME", kernelHome().toString());
    return new LaunchedProcess(builder.start());
  }

  private static Path kernelHome() {
    return Path.of("../../runner-jvm/target/kernel").toAbsolutePath().normalize();
  }

  /** Waits for a line that contains the text, and fails when the process ends before. */
  LaunchedProcess await(String text) {
    Awaitility.await("'" + text + "' in " + lines)
        .atMost(PATIENCE)
        .until(() -> lines.stream().anyMatch(l -> l.contains(text)) || !reader.isAlive());
    assertThat(lines).as("output of the process").anyMatch(line -> line.contains(text));
    return this;
  }

  int awaitExit() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    reader.join();
    return process.exitValue();
  }

  List<String> lines() {
    return lines;
  }

  void terminate() {
    process.destroy();
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try (var output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** Command lines of all processes of this machine that name the path. */
  static List<String> processesNaming(Path path) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+"))
          .map(LaunchedProcess::commandLine)
          .filter(line -> line.contains(path.toString()))
          .toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}
