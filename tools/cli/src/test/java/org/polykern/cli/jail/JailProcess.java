package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code polykern jail} as a real process. */
final class JailProcess implements AutoCloseable {
  private final Path directory;
  private final Process process;

  private JailProcess(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /** How it ended. */
  record Ended(int exitCode, String out, String err) {}

  /** Runs it to its end without input. */
  static Ended run(Path directory, String... args) throws IOException, InterruptedException {
    return run(directory, Map.of(), args);
  }

  static Ended run(Path directory, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    try (JailProcess process = start(directory, command(args), environment)) {
      process.input().close();
      return process.end();
    }
  }

  /** Starts it in a session without a terminal, whatever started the tests. */
  static JailProcess start(Path directory, String... args) throws IOException {
    return start(directory, command(args), Map.of());
  }

  /** Starts it in a terminal; what is written to {@link #input} is typed there. */
  static JailProcess startInTerminal(Path directory, String... args) throws IOException {
    String line =
        command(args).stream()
            .skip(2) // "script" makes a session.
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    return start(
        directory,
        List.of("script", "--quiet", "--return", "--command", line, "/dev/null"),
        Map.of("SHELL", "/bin/sh"));
  }

  private static List<String> command(String... args) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setsid", "--wait", "env", "--default-signal=INT"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            property("polykern.jail.helper"),
            property("polykern.jail.library"),
            "-cp",
            System.getProperty("java.class.path"),
            "org.polykern.cli.Main",
            "jail"));
    command.addAll(List.of(args));
    return command;
  }

  private static String property(String name) {
    return "-D" + name + "=" + System.getProperty(name);
  }

  private static JailProcess start(
      Path directory, List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().remove("SUDO_UID");
    builder.environment().putAll(environment);
    return new JailProcess(directory, builder.start());
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  void type(String text) throws IOException {
    input().write(text.getBytes(StandardCharsets.UTF_8));
    input().flush();
  }

  /** Waits until it has written {@code text}. */
  void awaitOutput(String text) {
    await().atMost(30, TimeUnit.SECONDS).until(() -> out().contains(text));
  }

  /** The process of the command line, not what started it. */
  ProcessHandle client() {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() ->
            process.descendants().findAny().isPresent()
                || process.info().command().orElse("").endsWith("java"));
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElse(process.toHandle());
  }

  String out() throws IOException {
    return Files.readString(directory.resolve("out"), StandardCharsets.UTF_8);
  }

  Ended end() throws IOException, InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return new Ended(
        process.exitValue(),
        out(),
        Files.readString(directory.resolve("err"), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
