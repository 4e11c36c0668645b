package org.polykern.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.cli.CliProcess;
import org.polykern.cli.CommandRun;
import org.polykern.cli.StreamServer;
import org.polykern.cli.StreamServer.Peer;

/** Services through local ports, against a server by hand. */
class AppCommandIT {
  private static final String APPS = "GET /stream/session/mine/apps";
  private StreamServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StreamServer(AppCommandIT::serve);
    server.rest.on(
        APPS,
        200,
        """
        [{"name": "echo", "protocol": "tcp", "ports": [7],
          "url_template": "echo://{host}:{port}/?p={protocol}"},
         {"name": "page", "protocol": "http", "ports": [8070, 8071],
          "allowed_arguments": {"--base-url": ""}, "allowed_envs": ["THEME"]},
         {"name": "refusing", "protocol": "http", "ports": [8080]},
         {"name": "flaky", "protocol": "tcp", "ports": [8090]}]\
        """);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Sends everything back, and a word when the client half-closes. */
  private static void serve(Peer peer) throws IOException {
    if (peer.target().contains("=refusing")) {
      peer.close(1013, "connection refused");
      peer.next();
      return;
    }
    if (peer.target().contains("=flaky")) {
      return;
    }
    while (true) {
      StreamServer.Frame frame = peer.next();
      if (frame.type() == StreamServer.CLOSE) {
        peer.close(1000, "");
        return;
      }
      byte[] bytes = new byte[frame.payload().remaining()];
      frame.payload().get(bytes);
      if (bytes.length == 0) {
        peer.send(StreamServer.BINARY, true, "bye".getBytes(StandardCharsets.UTF_8));
        peer.close(1001, "end of stream");
        peer.next();
        return;
      }
      peer.send(StreamServer.BINARY, true, bytes);
    }
  }

  private static int port(CliProcess run) {
    run.awaitOut("\n");
    return URI.create(run.out().strip()).getPort();
  }

  @Test
  void shouldCarryBytesBothWaysWithHalfCloseUntilCtrlC() throws Exception {
    try (CliProcess run =
        CliProcess.start(server.environment(), "app", "mine", "echo", "--bind", "0")) {
      int port = port(run);
      assertThat(run.out()).isEqualTo("echo://127.0.0.1:" + port + "/?p=tcp\n");
      byte[] much = new byte[20 << 20];
      new Random(1).nextBytes(much);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                socket.getOutputStream().write(much);
                socket.shutdownOutput();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
        byte[] all = socket.getInputStream().readAllBytes();
        assertThat(Arrays.copyOf(all, much.length)).isEqualTo(much);
        assertThat(new String(all, much.length, 3, StandardCharsets.UTF_8)).isEqualTo("bye");
      }
      run.signal("INT");
      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void shouldPassOptionsOnAndSayWhereItListensInJson() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        CliProcess run =
            CliProcess.start(
                server.environment(),
                "app",
                "mine",
                "page",
                "--bind=127.0.0.1:0",
                "--port=8071",
                "-e",
                "THEME=dark",
                "--arg",
                "--base-url=/x",
                "--json")) {
      run.awaitOut("\"url\" : \"http://127.0.0.1:");
      assertThat(server.targets())
          .containsExactly(
              "/stream/session/mine/tcpproxy?app=page&port=8071&envs=%7B%22THEME%22%3A%22dark%22%7D"
                  + "&arguments=%7B%22--base-url%22%3A%22%2Fx%22%7D");
      run.signal("INT");
      assertThat(run.exitCode()).isZero();
      CommandRun second = app("mine", "page", "--bind", "127.0.0.1:" + taken.getLocalPort());
      assertThat(second.exitCode()).isEqualTo(2);
      assertThat(second.err()).contains("Expected to listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void shouldConnectStandardStreams() throws Exception {
    try (CliProcess run =
        CliProcess.start(server.environment(), "app", "mine", "echo", "--stdio")) {
      run.type("hello ");
      run.awaitOut("hello ");
      run.endInput();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).isEqualTo("hello bye");
    }
  }

  @Test
  void shouldSayThatNobodyListens() {
    CommandRun run = app("mine", "refusing");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("its port refuses connections", "service log mine refusing");
  }

  @Test
  void shouldSayThatAConnectionBrokeAndGoOn() throws Exception {
    try (CliProcess run =
        CliProcess.start(server.environment(), "app", "mine", "flaky", "--bind", "0")) {
      int port = port(run);
      for (int i = 1; i <= 2; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.getInputStream().transferTo(new ByteArrayOutputStream());
        }
        int times = i;
        await().until(() -> run.err().lines().count() == times);
      }
      assertThat(run.err()).contains("The connection to flaky broke (1006)");
    }
  }

  @Test
  void shouldNameTheServicesThatThereAre() {
    CommandRun run = app("mine", "jupiter");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("none called 'jupiter'", "It has: echo, page, refusing, flaky.");
  }

  @Test
  void shouldListThem() {
    assertThat(run("apps", "mine").out())
        .contains("page      http      8070 8071  --base-url  THEME")
        .contains("echo      tcp       7          -           -");
  }

  @Test
  void shouldShowTheLogOfAServiceAndWhyItDidNotStart() {
    server.rest.on(
        "GET /session/mine/service-log?service_name=page", 200, "{\"log\": \"a\\nb\\n\"}");
    assertThat(run("service", "log", "mine", "page").out()).isEqualTo("a\nb\n");
    server.rest.on("POST /session/mine/shutdown-service?service_name=page", 204, "");
    assertThat(run("service", "stop", "mine", "page").exitCode()).isZero();
    server.rest.on(
        "POST /session/mine/start-service",
        500,
        "{\"title\": \"Failed to launch the app service\", \"data\": \"no module\\nnamed x\"}");
    CommandRun failed = run("service", "start", "mine", "page", "--arg", "-v", "-e", "A=b");
    assertThat(failed.exitCode()).isEqualTo(3);
    assertThat(failed.err()).contains("Failed to launch the app service", "  named x\n");
    assertThat(server.rest.bodies("POST /session/mine/start-service"))
        .containsExactly("{\"app\":\"page\",\"envs\":{\"A\":\"b\"},\"arguments\":{\"-v\":null}}");
  }

  private CommandRun app(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "app";
    System.arraycopy(args, 0, all, 1, args.length);
    return run(all);
  }

  private CommandRun run(String... args) {
    return CommandRun.of(server.environment(), Path.of(""), "", args);
  }
}
