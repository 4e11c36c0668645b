package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.Service;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.PretendedTunnels.Target;

/** Services of sessions and tunnels to them, in front of a pretended agent. */
class ServiceIT {
  private static final List<Service> SERVICES =
      List.of(
          new Service("jupyter", "http", List.of(8081, 8082), "http://{host}:{port}/", null, null),
          new Service("db", "tcp", List.of(5432), null, List.of("--user"), List.of("PASSWORD")),
          new Service("shell", "pty", List.of(2222), null, null, null));

  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final PretendedTunnels tunnels = new PretendedTunnels(world.vertx);

  /** Of a service that was reached. */
  private Consumer<Target> atTarget = target -> target.socket.write("+\n");

  private Outcome onStart = new Outcome.Started(false);

  @AfterEach
  void close() {
    tunnels.close();
  }

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    world.cluster.onStream =
        command ->
            switch (command) {
              case StreamCommand.ListServices list -> new Outcome.Services(SERVICES);
              case StreamCommand.StartService start -> onStart;
              case StreamCommand.OpenService open ->
                  tunnels.expect(target -> atTarget.accept(target));
              case StreamCommand.ReadServiceLog log -> new Outcome.Log("its last words", true);
              default -> new Outcome.Done();
            };
    return reply.json().path("sessionId").asText();
  }

  private <T> T last(Class<T> kind) {
    return kind.cast(
        world.cluster.streams.reversed().stream()
            .filter(kind::isInstance)
            .findFirst()
            .orElseThrow());
  }

  @Test
  void shouldListServicesWithoutNulls() {
    create("app-list");
    var apps = user.get("/stream/session/app-list/apps");
    assertThat(apps.text())
        .isEqualTo(
            "[{\"name\":\"jupyter\",\"protocol\":\"http\",\"ports\":[8081,8082],"
                + "\"url_template\":\"http://{host}:{port}/\"},"
                + "{\"name\":\"db\",\"protocol\":\"tcp\",\"ports\":[5432],"
                + "\"allowed_arguments\":[\"--user\"],\"allowed_envs\":[\"PASSWORD\"]},"
                + "{\"name\":\"shell\",\"protocol\":\"pty\",\"ports\":[2222]}]");
    assertThat(world.as(TestWorld.OTHER_KEY).get("/stream/session/app-list/apps").status())
        .isEqualTo(404);
  }

  @Test
  void shouldCarryBytesBothWays() throws Exception {
    create("app-echo");
    atTarget =
        target -> {
          target.socket.write("+\n");
          target.receive(target.socket::write);
        };
    var arguments =
        URLEncoder.encode(
            "{\"--user\": \"me\", \"--flag\": null, \"--many\": [\"a\", \"b\"], \"--n\": 3}",
            StandardCharsets.UTF_8);
    var envs = URLEncoder.encode("{\"PASSWORD\": \"x\"}", StandardCharsets.UTF_8);
    try (var socket =
        TestSocket.open(
            user,
            "/stream/session/app-echo/tcpproxy?app=db&port=5432&args="
                + arguments
                + "&envs="
                + envs)) {
      var start = last(StreamCommand.StartService.class);
      var expected = new HashMap<String, Object>();
      expected.put("--user", "me");
      expected.put("--flag", null);
      expected.put("--many", List.of("a", "b"));
      expected.put("--n", "3");
      assertThat(start.arguments()).isEqualTo(expected);
      assertThat(start.envs()).isEqualTo(Map.of("PASSWORD", "x"));
      assertThat(last(StreamCommand.OpenService.class).port()).isEqualTo(5432);
      socket.sendText("texts are ignored");
      var sent = new byte[5 << 20];
      new Random(7).nextBytes(sent);
      socket.sendBinary(sent);
      var got = Buffer.buffer();
      while (got.length() < sent.length) {
        var piece = socket.nextBytes();
        assertThat(piece.length()).isLessThanOrEqualTo(256 * 1024);
        got.appendBuffer(piece);
      }
      assertThat(got.getBytes()).isEqualTo(sent);
    }
  }

  @Test
  void shouldEndOneDirectionAtATime() throws Exception {
    create("app-half");
    var all = Buffer.buffer();
    atTarget =
        target -> {
          target.socket.write("+\n");
          target.receive(all::appendBuffer);
          // The pretended agent's socket cannot be half open: its end is what it has when it
          // closes.
          target.socket.endHandler(end -> {});
        };
    try (var socket = TestSocket.open(user, "/stream/session/app-half/httpproxy?app=jupyter")) {
      socket.sendBinary("the request".getBytes(StandardCharsets.UTF_8));
      socket.sendBinary(new byte[0]);
      socket.sendBinary("too late".getBytes(StandardCharsets.UTF_8));
      assertThat(socket.closeCode()).isEqualTo(1001);
      assertThat(all.toString()).isEqualTo("the request");
    }
  }

  @Test
  void shouldSendWhatWasWrittenBeforeTheClientLeft() throws Exception {
    create("app-leave");
    var all = Buffer.buffer();
    var done = new CompletableFuture<Void>();
    atTarget =
        target -> {
          target.socket.write("+\n");
          target.receive(all::appendBuffer);
          target.socket.endHandler(end -> done.complete(null));
        };
    try (var socket = TestSocket.open(user, "/stream/session/app-leave/tcpproxy?service=db")) {
      socket.sendBinary(new byte[8 << 20]);
      socket.close(1000);
      done.get(20, TimeUnit.SECONDS);
      assertThat(all.length()).isEqualTo(8 << 20);
    }
  }

  @Test
  void shouldCloseWithTheReason() throws Exception {
    var id = create("app-close");
    atTarget = target -> target.socket.end(Buffer.buffer("-refused Nobody is there.\n"));
    try (var socket = TestSocket.open(user, "/stream/session/app-close/tcpproxy?app=db")) {
      assertThat(socket.closeCode()).isEqualTo(1013);
      assertThat(socket.closeReason()).isEqualTo("Nobody is there.");
    }
    atTarget = target -> target.socket.end(Buffer.buffer("+\nlast words"));
    try (var socket = TestSocket.open(user, "/stream/session/app-close/tcpproxy?app=db")) {
      assertThat(socket.nextBytes().toString()).isEqualTo("last words");
      assertThat(socket.closeCode()).isEqualTo(1001);
    }
    atTarget = target -> target.socket.end(Buffer.buffer("-gone It has ended.\n"));
    try (var socket = TestSocket.open(user, "/stream/session/app-close/tcpproxy?app=db")) {
      assertThat(socket.closeCode()).isEqualTo(1011);
    }
    atTarget = target -> target.socket.write("+\n");
    try (var socket = TestSocket.open(user, "/stream/session/app-close/tcpproxy?app=db")) {
      world.cluster.move(
          java.util.UUID.fromString(id), SessionStatus.TERMINATED, "x", "session_terminated");
      assertThat(socket.closeCode()).isEqualTo(1001);
    }
  }

  @Test
  void shouldRefuseBeforeTheUpgrade() throws Exception {
    create("app-refuse");
    var path = "/stream/session/app-refuse/tcpproxy";
    assertThat(refused(user, path).statusCode()).isEqualTo(400);
    var unknown = refused(user, path + "?app=nosuch");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(problem(unknown).path("title").asText()).isEqualTo("No such app service.");
    assertThat(refused(user, path + "?app=db&port=8081").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=db&port=80").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=db&port=x").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=shell").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=db&envs=%7B").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=db&envs=%5B%5D").statusCode()).isEqualTo(400);
    assertThat(refused(user, path + "?app=db&args=%7B%22a%22:%7B%7D%7D").statusCode())
        .isEqualTo(400);
    assertThat(refused(world.as(TestWorld.OTHER_KEY), path + "?app=db").statusCode())
        .isEqualTo(404);
    onStart = new Outcome.NotStarted("It never opened its port.", "Traceback\nImportError\n");
    var failed = refused(user, path + "?app=db");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(problem(failed).path("msg").asText()).isEqualTo("Failed to launch the app service");
    assertThat(problem(failed).path("data").asText())
        .isEqualTo("It never opened its port.\nTraceback\nImportError\n");
  }

  private static com.fasterxml.jackson.databind.JsonNode problem(HttpResponse<?> response)
      throws Exception {
    return new ObjectMapper().readTree(String.valueOf(response.body()));
  }

  private static HttpResponse<?> refused(SignedClient client, String target) {
    var failure =
        catchThrowable(() -> client.webSocket(target, new WebSocket.Listener() {}).join());
    assertThat(failure).hasCauseInstanceOf(WebSocketHandshakeException.class);
    return ((WebSocketHandshakeException) failure.getCause()).getResponse();
  }

  @Test
  void shouldStopServicesAndReadTheirLogs() {
    create("app-log");
    var log = user.get("/session/app-log/service-log?service_name=jupyter");
    assertThat(log.text()).contains("\"its last words\"").contains("\"running\":true");
    assertThat(user.get("/session/app-log/service-log").status()).isEqualTo(400);
    assertThat(
            user.send("POST", "/session/app-log/shutdown-service?service_name=db", null, null)
                .status())
        .isEqualTo(204);
    assertThat(last(StreamCommand.StopService.class).service()).isEqualTo("db");
    assertThat(
            user.post("/session/app-log/shutdown-service", Map.of("service_name", "jupyter"))
                .status())
        .isEqualTo(204);
    assertThat(last(StreamCommand.StopService.class).service()).isEqualTo("jupyter");
  }

  @Test
  void shouldSayThatAServiceCannotBeStartedForTheAppProxy() {
    create("app-start");
    var path = "/session/app-start/start-service";
    assertThat(user.post(path, Map.of()).status()).isEqualTo(400);
    assertThat(user.post(path, Map.of("app", "nosuch")).status()).isEqualTo(404);
    assertThat(user.post(path, Map.of("app", "db", "port", 6000)).status()).isEqualTo(400);
  }
}
