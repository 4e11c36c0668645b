package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.OpenTerminal;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.Service;

/** The service {@code ttyd}, spoken to through a tunnel as a browser behind it would. */
class TerminalServiceIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final PretendedTunnels tunnels = new PretendedTunnels(world.vertx);

  @AfterEach
  void close() {
    tunnels.close();
  }

  private TestSocket tunnel(String name) {
    assertThat(user.post("/session", Bodies.session(name, "maxWaitSeconds", 5)).status())
        .isEqualTo(201);
    world.cluster.onStream =
        command ->
            switch (command) {
              case StreamCommand.ListServices list ->
                  new Outcome.Services(
                      List.of(new Service("ttyd", "http", List.of(7681), null, null, null)));
              case OpenTerminal open ->
                  tunnels.expect(target -> target.socket.write(Buffer.buffer("+\n\1\0\0\2$ ")));
              default -> throw new IllegalStateException("Nobody asks an agent for " + command);
            };
    return TestSocket.open(user, "/stream/session/" + name + "/tcpproxy?app=ttyd&port=7681");
  }

  private static void send(TestSocket tunnel, String head) {
    tunnel.sendBinary(
        (head.replace("\n", "\r\n") + "Host: 127.0.0.1:7681\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static String readUntil(TestSocket tunnel, String end) throws InterruptedException {
    var all = new ByteArrayOutputStream();
    while (!all.toString(StandardCharsets.ISO_8859_1).contains(end)) {
      all.writeBytes(tunnel.nextBytes().getBytes());
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldServeThePage() throws InterruptedException {
    try (var tunnel = tunnel("ttyd-page")) {
      send(tunnel, "GET / HTTP/1.1\n");
      assertThat(readUntil(tunnel, "</html>"))
          .contains(" 200 ")
          .contains("data-terminal=\"./ws\"")
          .contains("src=\"./terminal.js?v=");
      send(tunnel, "GET /terminal.js HTTP/1.1\n");
      assertThat(readUntil(tunnel, "\r\n\r\n")).contains(" 200 ").contains("text/javascript");
      send(tunnel, "GET /nosuch HTTP/1.1\n");
      assertThat(readUntil(tunnel, " 404 ")).isNotEmpty();
    }
  }

  @Test
  void shouldOpenTheTerminalForItsOwnPageOnly() throws InterruptedException {
    var upgrade =
        """
        GET /ws?rows=30&cols=100 HTTP/1.1
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
        Sec-WebSocket-Protocol: polykern.terminal.v1
        """;
    try (var tunnel = tunnel("ttyd-own")) {
      send(tunnel, upgrade + "Origin: http://evil.example\n");
      assertThat(readUntil(tunnel, "\r\n\r\n")).contains(" 403 ");
      send(tunnel, upgrade + "Origin: http://127.0.0.1:7681\n");
      // A binary frame of three bytes: the type, and what the terminal says.
      assertThat(readUntil(tunnel, "$ ")).contains(" 101 ").endsWith("\u0082\3\1$ ");
      var open = (OpenTerminal) world.cluster.streams.getLast();
      assertThat(open.name()).isEqualTo("main");
      assertThat(open.rows()).isEqualTo(30);
    }
  }

  @Test
  void shouldSayThatItRunsAlways() {
    tunnel("ttyd-log").close();
    var log = user.get("/session/ttyd-log/service-log?service_name=ttyd").json();
    assertThat(log.path("log").asText("?")).isEmpty();
    assertThat(log.path("running").asBoolean()).isTrue();
    var stop = "/session/ttyd-log/shutdown-service?service_name=ttyd";
    assertThat(user.send("POST", stop, null, null).status()).isEqualTo(204);
  }
}
