package org.polykern.sshd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server as a process of its own, and the clients of OpenSSH. */
final class ServerProcess implements AutoCloseable {
  /** How a client ended. */
  record Outcome(int status, String out, String err) {}

  private final Process process;
  private final int port;
  private final Path own;

  /**
   * @param home the work directory; {@code id_container} in it is the key that clients use
   * @param own for what clients keep
   */
  ServerProcess(Path home, Path own, Map<String, String> environment) throws IOException {
    this.own = own;
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src/main/kernel/sshd.args").toAbsolutePath());
    command.add(
        "-D"
            + NativeProgram.LIBRARY_PROPERTY
            + "="
            + System.getProperty(NativeProgram.LIBRARY_PROPERTY));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(
        List.of("org.polykern.sshd.Main", "--port", "0", "--bind", "127.0.0.1", "--home"));
    command.add(home.toString());
    var builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
    builder.environment().putAll(environment);
    process = builder.start();
    port = port(process);
  }

  private static int port(Process process) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var line = reader.readLine();
    assertThat(line).startsWith("sshd listens on port ");
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
  }

  /** A key of the type in the work directory. */
  static void makeKey(Path file, String type) throws IOException, InterruptedException {
    var made =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", file.toString())
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
  }

  List<String> ssh(Path key, String... more) {
    var command = client("ssh", key);
    command.addAll(List.of("-p", Integer.toString(port)));
    command.addAll(List.of(more));
    return command;
  }

  /** {@code sftp} or {@code scp}. */
  List<String> copying(String program, Path key, String... more) {
    var command = client(program, key);
    command.addAll(List.of("-q", "-P", Integer.toString(port)));
    command.addAll(List.of(more));
    return command;
  }

  private List<String> client(String program, Path key) {
    var command = new ArrayList<String>(List.of(program, "-F", "none", "-i", key.toString()));
    for (var option :
        List.of(
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "StrictHostKeyChecking=accept-new",
            "UserKnownHostsFile=" + own.resolve("known_hosts"),
            "GlobalKnownHostsFile=/dev/null",
            "LogLevel=ERROR")) {
      command.addAll(List.of("-o", option));
    }
    return command;
  }

  static Outcome run(List<String> command) throws IOException, InterruptedException {
    return run(command, new File("/dev/null"));
  }

  static Outcome run(List<String> command, File input) throws IOException, InterruptedException {
    var out = Files.createTempFile("client", ".out");
    var err = Files.createTempFile("client", ".err");
    try {
      var client =
          new ProcessBuilder(command)
              .redirectInput(input)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      assertThat(client.waitFor(2, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
      return new Outcome(client.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
