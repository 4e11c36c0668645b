package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.OpenTerminal;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.PretendedTunnels.Target;

/** The WebSocket of a terminal, in front of a pretended agent. */
class TerminalIT {
  private static final String RAW = "polykern.terminal.v1";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final PretendedTunnels tunnels = new PretendedTunnels(world.vertx);

  /** What viewers sent, as {@code TYPE:TEXT}, in order. */
  private final LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();

  private final LinkedBlockingQueue<Target> opened = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    tunnels.close();
  }

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    world.cluster.onStream = this::answer;
    return reply.json().path("sessionId").asText();
  }

  private StreamCommand.Outcome answer(StreamCommand command) {
    return tunnels.expect(target -> {
      var bytes = Buffer.buffer();
      var parsed = new int[1];
      target.receive(piece -> {
        bytes.appendBuffer(piece);
        parse(bytes, parsed);
      });
      target.socket.write("+\n");
      opened.add(target);
    });
  }

  private void parse(Buffer bytes, int[] parsed) {
    while (bytes.length() - parsed[0] >= 4) {
      var length = bytes.getUnsignedMedium(parsed[0] + 1);
      if (bytes.length() - parsed[0] - 4 < length) {
        return;
      }
      var from = parsed[0] + 4;
      var payload = bytes.slice(from, from + length);
      var type = bytes.getByte(parsed[0]);
      frames.add(
          type
              + ":"
              + (type == 2
                  ? payload.getUnsignedShort(0) + "x" + payload.getUnsignedShort(2)
                  : payload.toString()));
      parsed[0] = from + length;
    }
  }

  private static Buffer frame(int type, Buffer payload) {
    return Buffer.buffer()
        .appendByte((byte) type)
        .appendMedium(payload.length())
        .appendBuffer(payload);
  }

  private static Buffer frame(int type, String payload) {
    return frame(type, Buffer.buffer(payload));
  }

  private Target target() throws InterruptedException {
    var target = opened.poll(20, TimeUnit.SECONDS);
    assertThat(target).as("a tunnel").isNotNull();
    return target;
  }

  private String frame() throws InterruptedException {
    return frames.poll(20, TimeUnit.SECONDS);
  }

  private static JsonNode json(TestSocket socket) throws Exception {
    return JSON.readTree(socket.nextText());
  }

  private static String out(TestSocket socket) throws Exception {
    var message = json(socket);
    assertThat(message.path("type").asText()).isEqualTo("out");
    return new String(
        Base64.getDecoder().decode(message.path("data").asText()), StandardCharsets.UTF_8);
  }

  private static byte[] raw(int type, String payload) {
    return Buffer.buffer().appendByte((byte) type).appendString(payload).getBytes();
  }

  @Test
  void shouldSpeakJson() throws Exception {
    create("tty-json");
    try (var socket =
        TestSocket.open(user, "/stream/session/tty-json/pty?terminal=t-1&rows=50&cols=132")) {
      var open = (OpenTerminal) world.cluster.streams.getLast();
      assertThat(open.name()).isEqualTo("t-1");
      assertThat(open.rows()).isEqualTo(50);
      assertThat(open.cols()).isEqualTo(132);
      var target = target();
      target.socket.write(
          frame(2, Buffer.buffer().appendUnsignedShort(50).appendUnsignedShort(132))
              .appendBuffer(frame(4, "screen"))
              .appendBuffer(frame(1, "$ ")));
      assertThat(out(socket)).isEqualTo("screen");
      assertThat(out(socket)).isEqualTo("$ ");
      socket.sendText("{\"type\": \"stdin\", \"chars\": \"bHMNw6Q=\"}");
      assertThat(frame()).isEqualTo("1:ls\rä");
      socket.sendText("{\"type\": \"resize\", \"rows\": 30, \"cols\": 100}");
      assertThat(frame()).isEqualTo("2:30x100");
      socket.sendText("{\"type\": \"ping\"}");
      assertThat(frame()).isEqualTo("3:");
    }
  }

  @Test
  void shouldTellMistakesAndGoOn() throws Exception {
    create("tty-errors");
    try (var socket = TestSocket.open(user, "/stream/kernel/tty-errors/pty")) {
      for (var mistake :
          new String[] {
            "{\"type\": \"stdin\", \"chars\": \"***\"}",
            "{\"type\": \"stdin\"}",
            "{\"type\": \"resize\", \"rows\": 0, \"cols\": 80}",
            "{\"type\": \"resize\", \"rows\": 24, \"cols\": 100000}",
            "{\"type\": \"resize\", \"rows\": \"24\", \"cols\": 80}",
            "{\"type\": \"resize\"}",
            "{\"type\": \"dance\"}",
            "{\"type\": 3}",
            "{}"
          }) {
        socket.sendText(mistake);
        var answer = json(socket);
        assertThat(answer.path("type").asText()).as(mistake).isEqualTo("error");
        assertThat(answer.path("data").asText()).as(mistake).startsWith("Expected ");
      }
      socket.sendText("{\"type\": \"stdin\", \"chars\": \"eA==\"}");
      assertThat(frame()).isEqualTo("1:x");
    }
  }

  @Test
  void shouldCloseOnNonsense() throws Exception {
    create("tty-nonsense");
    var target = "/stream/session/tty-nonsense/pty";
    for (var text : new String[] {"", "nonsense", "[]", "{\"type\": ", "null"}) {
      try (var socket = TestSocket.open(user, target)) {
        socket.sendText(text);
        assertThat(socket.closeCode()).as(text).isEqualTo(1007);
        assertThat(socket.closeReason()).startsWith("Expected a JSON object");
      }
    }
    try (var socket = TestSocket.open(user, target)) {
      socket.sendBinary(raw(1, "x"));
      assertThat(socket.closeCode()).isEqualTo(1003);
    }
    try (var socket = TestSocket.open(user, target)) {
      socket.sendText("{\"type\": \"stdin\", \"chars\": \"" + "A".repeat(2 << 20) + "\"}");
      assertThat(socket.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void shouldSpeakRawFrames() throws Exception {
    create("tty-raw");
    try (var socket = TestSocket.open(user, "/stream/session/tty-raw/pty", RAW)) {
      var target = target();
      target.socket.write(
          frame(2, Buffer.buffer().appendUnsignedShort(24).appendUnsignedShort(80))
              .appendBuffer(frame(4, "screen"))
              .appendBuffer(frame(1, "out"))
              .appendBuffer(frame(3, "pong"))
              .appendBuffer(frame(99, "of a newer runner"))
              .appendBuffer(frame(1, "more")));
      assertThat(socket.nextBytes().getBytes()).containsExactly(2, 0, 24, 0, 80);
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(4, "screen"));
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(1, "out"));
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(3, "pong"));
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(1, "more"));
      socket.sendBinary(raw(1, "typed"));
      assertThat(frame()).isEqualTo("1:typed");
      socket.sendBinary(new byte[] {2, 0, 40, 0, 120});
      assertThat(frame()).isEqualTo("2:40x120");
      socket.sendBinary(raw(3, "ping"));
      assertThat(frame()).isEqualTo("3:ping");
      socket.sendBinary(raw(1, "y".repeat(1 << 20)));
      var typed = 0;
      while (typed < 1 << 20) {
        typed += frame().length() - 2;
      }
    }
  }

  @Test
  void shouldCloseOnRawNonsense() throws Exception {
    create("tty-raw-nonsense");
    for (var message :
        new byte[][] {
          {}, {0}, {9, 1}, {2, 0, 24}, {2, 0, 0, 0, 80}, {6, 1}, raw(3, "x".repeat(65))
        }) {
      try (var socket = TestSocket.open(user, "/stream/session/tty-raw-nonsense/pty", RAW)) {
        socket.sendBinary(message);
        assertThat(socket.closeCode()).as(Buffer.buffer(message).toString()).isEqualTo(1007);
        assertThat(socket.closeReason()).startsWith("Expected ");
      }
    }
    try (var socket = TestSocket.open(user, "/stream/session/tty-raw-nonsense/pty", RAW)) {
      socket.sendText("x");
      assertThat(socket.closeCode()).isEqualTo(1003);
    }
  }

  @Test
  void shouldEndWithTheTerminal() throws Exception {
    create("tty-ended");
    try (var socket = TestSocket.open(user, "/stream/session/tty-ended/pty", RAW)) {
      target().socket.end(frame(1, "bye").appendBuffer(frame(5, "It made room.")));
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(1, "bye"));
      assertThat(socket.nextBytes().getBytes()).isEqualTo(raw(5, "It made room."));
      assertThat(socket.closeCode()).isEqualTo(1000);
      assertThat(socket.closeReason()).isEqualTo("It made room.");
    }
  }

  @Test
  void shouldEndWithTheSession() throws Exception {
    var id = create("tty-over");
    try (var socket = TestSocket.open(user, "/stream/session/tty-over/pty")) {
      target();
      world.cluster.move(
          UUID.fromString(id), SessionStatus.TERMINATED, "user-requested", "session_terminated");
      assertThat(socket.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void shouldAskToTryAgainWhenTheAgentDropsAConnectionAtOnce() throws Exception {
    create("tty-dropped");
    try (var socket = TestSocket.open(user, "/stream/session/tty-dropped/pty")) {
      target().socket.close();
      assertThat(socket.closeCode()).isEqualTo(1013);
    }
  }

  @Test
  void shouldNotBelieveARunnerThatSendsNonsense() throws Exception {
    create("tty-hostile");
    try (var socket = TestSocket.open(user, "/stream/session/tty-hostile/pty")) {
      target().socket.write(Buffer.buffer().appendByte((byte) 5).appendMedium(1 << 20));
      assertThat(socket.closeCode()).isEqualTo(1011);
    }
  }

  @Test
  void shouldOpenTheTerminalAgainAfterARestart() throws Exception {
    create("tty-restart");
    try (var socket = TestSocket.open(user, "/stream/session/tty-restart/pty")) {
      var first = target();
      socket.sendText("{\"type\": \"resize\", \"rows\": 33, \"cols\": 99}");
      assertThat(frame()).isEqualTo("2:33x99");
      socket.sendText("{\"type\": \"restart\"}");
      var second = target();
      assertThat(second).isNotSameAs(first);
      assertThat(frame()).isEqualTo("2:33x99");
      second.socket.write(frame(1, "anew"));
      assertThat(out(socket)).isEqualTo("anew");
    }
  }

  @Test
  void shouldFollowARestartThatSomebodyElseAsksFor() throws Exception {
    create("tty-followed");
    try (var socket = TestSocket.open(user, "/stream/session/tty-followed/pty")) {
      var first = target();
      assertThat(user.json("PATCH", "/session/tty-followed", java.util.Map.of()).status())
          .isEqualTo(204);
      first.socket.end(frame(5, "The runner stops."));
      target().socket.write(frame(1, "anew"));
      assertThat(out(socket)).isEqualTo("anew");
    }
  }

  @Test
  void shouldRefuseBeforeTheUpgrade() throws Exception {
    create("tty-mine");
    assertThat(status(world.as(TestWorld.OTHER_KEY), "/stream/session/tty-mine/pty"))
        .isEqualTo(404);
    assertThat(
            status(
                new SignedClient(world.gateway.port(), TestWorld.USER_KEY, "guess"),
                "/stream/session/tty-mine/pty"))
        .isEqualTo(401);
    assertThat(status(user, "/stream/session/nobody-has-this/pty")).isEqualTo(404);
    assertThat(status(user, "/stream/session/tty-mine/pty?terminal=a%20b")).isEqualTo(400);
    assertThat(status(user, "/stream/session/tty-mine/pty?rows=0")).isEqualTo(400);
    assertThat(world.cluster.streams)
        .noneSatisfy(command -> assertThat(command.toString()).contains("a b"));
  }

  private static int status(SignedClient client, String target) {
    var failure =
        catchThrowable(() -> client.webSocket(target, new WebSocket.Listener() {}).join());
    assertThat(failure).hasCauseInstanceOf(WebSocketHandshakeException.class);
    return ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode();
  }

  @Test
  void shouldLetGoOfTheTunnelWhenTheClientGoes() throws Exception {
    create("tty-left");
    var socket = TestSocket.open(user, "/stream/session/tty-left/pty");
    var target = target();
    var gone = new java.util.concurrent.CompletableFuture<Void>();
    target.socket.closeHandler(end -> gone.complete(null));
    socket.cut();
    assertThat(gone).succeedsWithin(Duration.ofSeconds(10));
  }
}
