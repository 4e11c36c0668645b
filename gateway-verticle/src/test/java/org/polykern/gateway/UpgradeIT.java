package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.problem.Problem;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.auth.Authenticator;
import org.polykern.gateway.auth.Keypairs;
import org.polykern.gateway.auth.TerminalPasses;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Edge;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.http.Reply;
import org.polykern.gateway.rate.RateLimit;
import org.polykern.gateway.rate.RedisLink;
import org.polykern.gateway.rate.RedisTickets;
import org.polykern.gateway.rate.UseCounters;

/** Calls that become WebSockets or event streams, at an edge that has room for one request. */
class UpgradeIT {
  private final TestWorld world = TestWorld.get();
  private final Tasks tasks = new Tasks("upgrade", Duration.ofSeconds(5));
  private final RedisLink redis = new RedisLink(world.vertx, world.redisConfig);
  private HttpServer server;
  private SignedClient user;

  @BeforeEach
  void listen() {
    var keypairs = new Keypairs(world.db, world.secrets);
    var edge =
        new Edge(
            tasks,
            new Authenticator(keypairs, InstantSource.system()),
            new TerminalPasses(new RedisTickets(redis), keypairs),
            new RateLimit(redis, 900),
            new UseCounters(world.db),
            new Edge.Limits(1 << 20, 1 << 20, 1));
    var router =
        edge.router(
            world.vertx,
            List.of(
                Endpoint.sessionStream("/:session/echo", Access.USER, UpgradeIT::echo),
                Endpoint.sessionStream(
                    "/:session/events",
                    Access.USER,
                    call -> new Reply.EventStream(response -> response.write("data: 1\n\n")))));
    server =
        world
            .vertx
            .createHttpServer(GatewayVerticle.httpOptions())
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .await();
    user = new SignedClient(server.actualPort(), TestWorld.USER_KEY, TestWorld.SECRET);
  }

  @AfterEach
  void close() {
    server.close().await();
    tasks.close();
    redis.close();
  }

  private static Reply echo(Call call) {
    return switch (call.segment("session")) {
      case "nosuch" -> throw Problem.notFound("session", "There is none here.").toException();
      case "answer" -> Answer.ok(java.util.Map.of());
      default -> new Reply.Upgrade(UpgradeIT::echo);
    };
  }

  private static void echo(ServerWebSocket socket) {
    socket.textMessageHandler(socket::writeTextMessage);
    socket.binaryMessageHandler(socket::writeBinaryMessage);
  }

  @Test
  void shouldBecomeAWebSocketAndLeaveRoomForOthers() throws InterruptedException {
    try (var first = TestSocket.open(user, "/stream/session/x/echo");
        var second = TestSocket.open(user, "/stream/kernel/x/echo")) {
      for (var socket : List.of(first, second)) {
        socket.sendText("hello");
        assertThat(socket.nextText()).isEqualTo("hello");
      }
      assertThat(user.get("/stream/session/answer/echo").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldCarryMessagesUpToTheLimitAndRefuseLongerOnes() throws InterruptedException {
    try (var socket = TestSocket.open(user, "/stream/session/x/echo")) {
      var most = "x".repeat(16 << 20);
      socket.sendText(most);
      assertThat(socket.nextText()).hasSize(most.length());
      socket.sendText(most + "x");
      assertThat(socket.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void shouldRefuseAFrameBeyondTheLimitBeforeItIsThere() throws Exception {
    var target = "/stream/session/x/echo";
    var request =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.actualPort()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + user.headerLines(target)
            + "\r\n";
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var in = new java.io.DataInputStream(socket.getInputStream());
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.readUnsignedByte());
      }
      assertThat(head).contains(" 101 ");
      // A text frame of 100 MB, of which only the head is ever sent.
      var frame = java.nio.ByteBuffer.allocate(14);
      frame.put((byte) 0x81).put((byte) 0xff).putLong(100_000_000).putInt(0);
      socket.getOutputStream().write(frame.array());
      assertThat(in.readUnsignedByte()).isEqualTo(0x88);
      assertThat(in.readUnsignedByte()).isGreaterThan(1);
      assertThat(in.readUnsignedShort()).isEqualTo(1009);
    }
  }

  @Test
  void shouldAgreeOnTheProtocolOfTerminalsOnly() throws InterruptedException {
    try (var raw =
            TestSocket.open(user, "/stream/session/x/echo", "other", "polykern.terminal.v1");
        var plain = TestSocket.open(user, "/stream/session/x/echo")) {
      assertThat(raw.subprotocol()).isEqualTo("polykern.terminal.v1");
      assertThat(plain.subprotocol()).isEmpty();
    }
  }

  @Test
  void shouldAnswerProblemsBeforeTheUpgrade() throws IOException {
    var missing = refused(user, "/stream/session/nosuch/echo");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    var document = new ObjectMapper().readTree(String.valueOf(missing.body()));
    assertThat(document.path("title").asText()).isEqualTo("No such session.");
    var stranger = new SignedClient(server.actualPort(), TestWorld.USER_KEY, "another secret");
    assertThat(refused(stranger, "/stream/session/x/echo").statusCode()).isEqualTo(401);
    // Nobody is left behind in the room for one.
    assertThat(refused(user, "/stream/session/nosuch/echo").statusCode()).isEqualTo(404);
    assertThat(refused(user, "/stream/session/answer/echo").statusCode()).isEqualTo(200);
  }

  private static java.net.http.HttpResponse<?> refused(SignedClient client, String target) {
    var failure =
        catchThrowable(() -> client.webSocket(target, new WebSocket.Listener() {}).join());
    assertThat(failure)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WebSocketHandshakeException.class);
    return ((WebSocketHandshakeException) failure.getCause()).getResponse();
  }

  @Test
  void shouldRefusePlainAndHalfHeartedRequests() throws IOException {
    for (var i = 0; i < 3; i++) {
      var plain = user.get("/stream/session/x/echo");
      assertThat(plain.status()).isEqualTo(400);
      assertThat(plain.message()).contains("Upgrade: websocket");
    }
    var request =
        "GET /stream/session/x/echo HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.actualPort()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + user.headerLines("/stream/session/x/echo")
            + "\r\n";
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var answer = new byte[4096];
      var length = socket.getInputStream().read(answer);
      assertThat(new String(answer, 0, length, StandardCharsets.UTF_8)).contains(" 400 ");
    }
    assertThat(user.get("/stream/session/answer/echo").status()).isEqualTo(200);
  }

  @Test
  void shouldBecomeAnEventStream() throws IOException {
    var target = "/stream/session/x/events";
    var request =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.actualPort()
            + "\r\n"
            + user.headerLines(target)
            + "\r\n";
    try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var read = new StringBuilder();
      while (read.indexOf("data: 1") < 0) {
        var piece = new byte[4096];
        var length = socket.getInputStream().read(piece);
        assertThat(length).as(read.toString()).isPositive();
        read.append(new String(piece, 0, length, StandardCharsets.UTF_8));
      }
      assertThat(read).contains("text/event-stream").contains("no-cache");
      // The open stream takes no room from requests.
      assertThat(user.get("/stream/session/answer/echo").status()).isEqualTo(200);
    }
  }
}
