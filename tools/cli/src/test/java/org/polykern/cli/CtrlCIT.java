package org.polykern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C at the real process. */
class CtrlCIT {
  private static final String SESSION = "POST /session/mine";
  private static final String INTERRUPT = "POST /session/mine/interrupt";

  @TempDir Path directory;
  private SignedServer server;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    server = new SignedServer();
    server.on("POST /session", 201, "{\"sessionName\": \"mine\", \"status\": \"RUNNING\"}");
    server.on(SESSION, 200, step("continued", "null"));
    server.on(INTERRUPT, 204, "");
  }

  @AfterEach
  void stop() {
    process.destroyForcibly();
    server.close();
  }

  @Test
  void shouldInterruptTheProgramOnceAndMirrorItsEnd() throws Exception {
    run("run", "--name", "mine", "-c", "x", "python");
    press();
    await().until(() -> server.routes().contains(INTERRUPT));
    server.replace(SESSION, 200, step("finished", "1"));
    assertThat(exitCode()).isEqualTo(130);
    assertThat(errors()).contains("Interrupting");
    assertThat(server.routes().stream().filter(INTERRUPT::equals)).hasSize(1);
    assertThat(server.routes()).noneMatch(route -> route.startsWith("DELETE"));
  }

  @Test
  void shouldQuitAtTheSecondAndRemoveWhatNobodyNamed() throws Exception {
    run("run", "-c", "x", "python");
    press();
    await().until(() -> server.routes().contains(INTERRUPT));
    press();
    assertThat(exitCode()).isEqualTo(130);
    assertThat(server.routes()).anyMatch(route -> route.startsWith("DELETE /session/run-"));
  }

  @Test
  void shouldRemoveTheSessionWhenToldToEnd() throws Exception {
    run("run", "-c", "x", "python");
    await().until(() -> server.routes().contains(SESSION));
    process.destroy();
    assertThat(exitCode()).isEqualTo(143);
    assertThat(server.routes()).anyMatch(route -> route.startsWith("DELETE /session/run-"));
  }

  private void run(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                // A build in the background hands SIGINT down as ignored; a terminal does not.
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.polykern.cli.Main"));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().putAll(server.environment());
    process = builder.start();
  }

  private void press() throws IOException, InterruptedException {
    await().until(() -> server.routes().contains(SESSION));
    assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return process.exitValue();
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("err"), StandardCharsets.UTF_8);
  }

  private static String step(String status, String exitCode) {
    return """
    {"result": {"runId": "r", "status": "%s", "exitCode": %s, "options": null, "files": [],
     "console": [["stdout", "on\\n"]]}}\
    """
        .formatted(status, exitCode);
  }
}
