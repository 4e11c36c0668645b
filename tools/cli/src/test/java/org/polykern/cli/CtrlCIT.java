package org.polykern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.StreamServer.Frame;
import org.polykern.cli.StreamServer.Peer;

/** Ctrl-C at the real process. */
class CtrlCIT {
  private static final String INTERRUPT = "POST /session/mine/interrupt";

  @TempDir Path directory;
  private final CompletableFuture<Integer> ending = new CompletableFuture<>();
  private final CompletableFuture<Frame> goodbye = new CompletableFuture<>();
  private StreamServer streams;
  private SignedServer server;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    streams = new StreamServer(this::play);
    server = streams.rest;
    server.on("POST /session", 201, "{\"sessionName\": \"mine\", \"status\": \"RUNNING\"}");
    server.on(INTERRUPT, 204, "");
  }

  @AfterEach
  void stop() throws IOException {
    process.destroyForcibly();
    streams.close();
  }

  /** A run that goes on until the test ends it, or the client leaves. */
  private void play(Peer peer) throws IOException {
    peer.next();
    peer.send(message("continued", "null"));
    Thread.ofVirtual()
        .start(() -> {
          try {
            peer.send(message("finished", ending.join().toString()));
          } catch (IOException gone) {
            // The client has left.
          }
        });
    goodbye.complete(peer.next());
  }

  @Test
  void shouldInterruptTheProgramOnceAndMirrorItsEnd() throws Exception {
    run("run", "--name", "mine", "-c", "x", "python");
    press();
    await().until(() -> server.routes().contains(INTERRUPT));
    ending.complete(1);
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
    assertThat(goodbye.join().type()).as("the run is left, not lost").isEqualTo(StreamServer.CLOSE);
    assertThat(server.routes()).anyMatch(route -> route.startsWith("DELETE /session/run-"));
  }

  @Test
  void shouldRemoveTheSessionWhenToldToEnd() throws Exception {
    run("run", "-c", "x", "python");
    await().until(() -> !streams.targets().isEmpty());
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
    builder.environment().putAll(streams.environment());
    process = builder.start();
  }

  private void press() throws IOException, InterruptedException {
    await().until(() -> !streams.targets().isEmpty());
    assertThat(new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor()).isZero();
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the process ends").isTrue();
    return process.exitValue();
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("err"), StandardCharsets.UTF_8);
  }

  private static String message(String status, String exitCode) {
    return """
    {"runId": "r", "status": "%s", "exitCode": %s, "options": {}, "files": [], "offset": 1,
     "console": [["stdout", "on\\n"]]}\
    """
        .formatted(status, exitCode);
  }
}
