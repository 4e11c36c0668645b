package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.AnswerStream;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.LeaveStream;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.Question;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** The execute stream, over an agent that says what a test wants. */
class ExecuteIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final List<RunCommand> asked = new CopyOnWriteArrayList<>();

  /** What runs have said; reading takes nothing away. */
  private final List<Outcome.Piece> pieces = new CopyOnWriteArrayList<>();

  private volatile Outcome.KernelLost lost;

  private volatile Problem refusal;

  ExecuteIT() {
    world.cluster.onRun =
        command -> {
          asked.add(command);
          var problem = refusal;
          if (problem != null) {
            throw problem.toException();
          }
          return command instanceof ReadStream read ? next(read) : new Outcome.Done();
        };
  }

  @AfterEach
  void letGo() {
    world.cluster.onRun = command -> new Outcome.Done();
  }

  private Outcome next(ReadStream read) {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (System.nanoTime() < deadline) {
      var next =
          pieces.stream()
              .filter(p -> p.runId().equals(read.runId()) && p.offset() > read.offset())
              .findFirst();
      if (next.isPresent()) {
        return next.get();
      }
      if (lost != null) {
        return lost;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return new Outcome.Piece(read.runId(), read.offset(), "continued", null, null, List.of());
  }

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().path("sessionId").asText();
  }

  private void say(String run, long offset, String status, Integer code, String... texts) {
    var console = new ArrayList<ConsoleItem>();
    for (var text : texts) {
      console.add(new ConsoleItem("stdout", null, text));
    }
    pieces.add(
        new Outcome.Piece(
            new RunId(run),
            offset,
            status,
            code,
            status.equals("waiting-input") ? new Question(offset, true) : null,
            console));
  }

  private static JsonNode json(TestSocket socket) throws InterruptedException, IOException {
    return JSON.readTree(socket.nextText());
  }

  /** The next message that says anything. */
  private static JsonNode news(TestSocket socket) throws InterruptedException, IOException {
    for (var empty = 0; empty < 10; empty++) {
      var message = json(socket);
      if (!message.path("status").asText().equals("continued")
          || !message.path("console").isEmpty()) {
        return message;
      }
    }
    throw new AssertionError("Nothing but empty messages");
  }

  private <T extends RunCommand> List<T> asked(Class<T> kind) {
    return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private <T extends RunCommand> T awaitAsked(Class<T> kind) {
    Awaitility.await().until(() -> !asked(kind).isEmpty());
    return asked(kind).getLast();
  }

  @Test
  void shouldTalkAsTheApiSays() throws Exception {
    create("exec-api");
    try (var socket = TestSocket.open(user, "/stream/session/exec-api/execute")) {
      socket.sendText("{\"mode\": \"query\", \"code\": \"input()\", \"options\": {}}");
      var first = json(socket);
      assertThat(first.path("status").asText()).isEqualTo("continued");
      assertThat(first.path("console").isArray()).isTrue();
      var run = first.path("runId").asText();
      assertThat(run).isNotEmpty();
      var begun = awaitAsked(BeginStream.class);
      assertThat(begun.runId().value()).isEqualTo(run);
      assertThat(begun.mode()).isEqualTo(Mode.QUERY);
      assertThat(begun.code()).isEqualTo("input()");
      say(run, 10, "waiting-input", null, "name? ");
      var asks = news(socket);
      assertThat(asks.path("status").asText()).isEqualTo("waiting-input");
      assertThat(asks.path("console").toString()).isEqualTo("[[\"stdout\",\"name? \"]]");
      assertThat(asks.at("/options/is_password").asBoolean()).isTrue();
      assertThat(asks.at("/options/question").asLong()).isEqualTo(10);
      assertThat(asks.path("files").isArray()).isTrue();
      assertThat(asks.path("exitCode").isNull()).isTrue();
      assertThat(asks.path("offset").asLong()).isEqualTo(10);
      socket.sendText("{\"raw\": not JSON");
      var answer = awaitAsked(AnswerStream.class);
      assertThat(answer.line()).isEqualTo("{\"raw\": not JSON");
      assertThat(answer.question()).isEqualTo(10);
      say(run, 20, "finished", 7, "bye");
      var last = news(socket);
      assertThat(last.path("status").asText()).isEqualTo("finished");
      assertThat(last.path("exitCode").asInt()).isEqualTo(7);
      assertThat(socket.closeCode()).isEqualTo(1000);
      assertThat(asked(ReadStream.class).getLast().offset()).isEqualTo(10);
      assertThat(asked(ReadStream.class).getLast().told()).isEqualTo(10);
    }
    assertThat(asked(LeaveStream.class)).as("it was over").isEmpty();
  }

  @Test
  void shouldCarryABatch() throws Exception {
    create("exec-batch");
    try (var socket = TestSocket.open(user, "/stream/kernel/exec-batch/execute")) {
      socket.sendText(
          "{\"mode\": \"batch\", \"options\": {\"build\": \"*\", \"clean\": null, \"exec\": \"x\","
              + " \"buildLog\": true}}");
      var run = json(socket).path("runId").asText();
      say(run, 1, "clean-finished", 0);
      say(run, 2, "build-finished", 1, "cc");
      say(run, 3, "finished", 127);
      assertThat(news(socket).path("status").asText()).isEqualTo("clean-finished");
      assertThat(news(socket).path("exitCode").asInt()).isEqualTo(1);
      assertThat(news(socket).path("exitCode").asInt()).isEqualTo(127);
      assertThat(awaitAsked(BeginStream.class).options())
          .isEqualTo(Map.of("build", "*", "exec", "x", "buildLog", true));
    }
  }

  @Test
  void shouldKeepLinesThatCameBeforeTheyWereAskedFor() throws Exception {
    create("exec-early");
    try (var socket = TestSocket.open(user, "/stream/session/exec-early/execute")) {
      socket.sendText("{\"mode\": \"query\", \"code\": \"\"}");
      socket.sendText("one");
      socket.sendText("two");
      var run = json(socket).path("runId").asText();
      say(run, 5, "waiting-input", null);
      say(run, 9, "waiting-input", null);
      Awaitility.await().until(() -> asked(AnswerStream.class).size() == 2);
      assertThat(asked(AnswerStream.class))
          .extracting(AnswerStream::line)
          .containsExactlyInAnyOrder("one", "two");
      say(run, 12, "finished", 0);
    }
  }

  @Test
  void shouldInterruptWhenTheClientGoesAway() throws Exception {
    create("exec-away");
    for (var clean : List.of(true, false)) {
      asked.clear();
      try (var socket = TestSocket.open(user, "/stream/session/exec-away/execute")) {
        socket.sendText("{\"mode\": \"query\", \"code\": \"loop\"}");
        var run = json(socket).path("runId").asText();
        if (clean) {
          socket.close(1000);
        } else {
          socket.cut();
        }
        assertThat(awaitAsked(LeaveStream.class).runId().value()).isEqualTo(run);
      }
    }
  }

  @Test
  void shouldLeaveAResumableRunAloneUntilItIsLeftCleanly() throws Exception {
    create("exec-resume");
    var first = "{\"mode\": \"query\", \"code\": \"x\", \"resumable\": true, \"runId\": \"mine\"}";
    try (var socket = TestSocket.open(user, "/stream/session/exec-resume/execute")) {
      socket.sendText(first);
      assertThat(json(socket).path("runId").asText()).isEqualTo("mine");
      say("mine", 100, "continued", null, "part");
      assertThat(news(socket).path("offset").asLong()).isEqualTo(100);
      socket.cut();
    }
    try (var socket = TestSocket.open(user, "/stream/session/exec-resume/execute")) {
      socket.sendText("{\"mode\": \"continue\", \"runId\": \"mine\", \"offset\": 100}");
      assertThat(json(socket).path("offset").asLong()).isEqualTo(100);
      Awaitility.await()
          .until(() ->
              asked(ReadStream.class).getLast().told() == -1
                  && asked(ReadStream.class).getLast().offset() == 100);
      assertThat(asked(BeginStream.class)).hasSize(1);
      assertThat(asked(LeaveStream.class)).isEmpty();
      socket.close(1001);
      assertThat(awaitAsked(LeaveStream.class).runId().value()).isEqualTo("mine");
    }
  }

  @Test
  void shouldRefuseBadFirstMessages() throws Exception {
    create("exec-bad");
    for (var bad :
        Map.of(
                "no JSON",
                "not valid JSON",
                "[1]",
                "JSON object",
                "{\"code\": \"1\"}",
                "mode",
                "{\"mode\": \"dance\"}",
                "Expected the mode",
                "{\"mode\": \"input\", \"runId\": \"x\"}",
                "first message",
                "{\"mode\": \"query\", \"code\": [1]}",
                "a text as code",
                "{\"mode\": \"query\", \"options\": 5}",
                "an object as options",
                "{\"mode\": \"continue\"}",
                "runId",
                "{\"mode\": \"continue\", \"runId\": \"x\", \"offset\": -1}",
                "a whole number",
                "{\"mode\": \"query\", \"resumable\": {}}",
                "true or false")
            .entrySet()) {
      try (var socket = TestSocket.open(user, "/stream/session/exec-bad/execute")) {
        socket.sendText(bad.getKey());
        var shown = json(socket);
        assertThat(shown.path("status").asText()).isEqualTo("continued");
        assertThat(shown.at("/console/0/0").asText()).isEqualTo("stderr");
        assertThat(shown.at("/console/0/1").asText()).contains(bad.getValue());
        var error = json(socket);
        assertThat(error.path("status").asText()).isEqualTo("error");
        assertThat(error.path("msg").asText()).contains(bad.getValue());
        assertThat(error.path("problem").asText()).isEqualTo("invalid-api-params");
        assertThat(socket.closeCode()).isEqualTo(1007);
        assertThat(socket.closeReason()).isNotEmpty();
      }
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldRefuseBinaryMessages() throws Exception {
    create("exec-binary");
    try (var socket = TestSocket.open(user, "/stream/session/exec-binary/execute")) {
      socket.sendBinary(new byte[] {1});
      assertThat(json(socket).at("/console/0/1").asText()).contains("text message");
      assertThat(json(socket).path("status").asText()).isEqualTo("error");
      assertThat(socket.closeCode()).isEqualTo(1003);
    }
  }

  @Test
  void shouldRefuseOtherPeoplesSessionsAndThoseThatDoNotRun() {
    create("exec-mine");
    var stranger = world.as(TestWorld.OTHER_KEY);
    assertThat(refused(stranger, "/stream/session/exec-mine/execute")).isEqualTo(404);
    assertThat(refused(user, "/stream/session/exec-nosuch/execute")).isEqualTo(404);
    user.post("/session", Bodies.session("stuck-exec", "enqueueOnly", true));
    assertThat(refused(user, "/stream/session/stuck-exec/execute")).isEqualTo(400);
    assertThat(user.get("/stream/session/exec-mine/execute").status()).isEqualTo(400);
  }

  private static int refused(SignedClient client, String target) {
    var failure =
        catchThrowable(() -> client.webSocket(target, new WebSocket.Listener() {}).join());
    return ((WebSocketHandshakeException) failure.getCause()).getResponse().statusCode();
  }

  @Test
  void shouldPassOnProblemsOfTheAgent() throws Exception {
    create("exec-problem");
    refusal = Problem.notFound("run", "Run x is not known here.");
    try (var socket = TestSocket.open(user, "/stream/session/exec-problem/execute")) {
      socket.sendText("{\"mode\": \"continue\", \"runId\": \"x\", \"offset\": 5}");
      var error = json(socket);
      while (!error.path("status").asText().equals("error")) {
        assertThat(error.path("console")).as("resumable: no doubled words").isEmpty();
        error = json(socket);
      }
      assertThat(error.path("msg").asText()).contains("not known here");
      assertThat(error.path("problem").asText()).isEqualTo("object-not-found");
    }
  }

  @Test
  void shouldReadOnWhenTheAgentWasAway() throws Exception {
    create("exec-agent");
    try (var socket = TestSocket.open(user, "/stream/session/exec-agent/execute")) {
      socket.sendText("{\"mode\": \"query\", \"code\": \"x\"}");
      var run = json(socket).path("runId").asText();
      refusal = Problem.of(ProblemCode.OUTCOME_UNKNOWN, "no answer");
      var tries = new AtomicInteger(asked(ReadStream.class).size());
      Awaitility.await().until(() -> asked(ReadStream.class).size() > tries.get() + 2);
      refusal = null;
      say(run, 10, "continued", null, "back");
      assertThat(news(socket).at("/console/0/1").asText()).isEqualTo("back");
      say(run, 12, "finished", 0);
    }
  }

  @Test
  void shouldFinishWhenTheKernelIsLost() throws Exception {
    create("exec-lost");
    try (var socket = TestSocket.open(user, "/stream/session/exec-lost/execute")) {
      socket.sendText("{\"mode\": \"query\", \"code\": \"x\"}");
      var run = json(socket).path("runId").asText();
      lost = new Outcome.KernelLost(new RunId(run), "It died.", List.of());
      var last = news(socket);
      assertThat(last.path("status").asText()).isEqualTo("finished");
      assertThat(last.path("exitCode").asInt()).isEqualTo(130);
      assertThat(last.path("console").toString()).contains("It died.");
      assertThat(socket.closeCode()).isEqualTo(1000);
    }
  }

  @Test
  void shouldAskForNoMoreThanTheClientTakes() throws Exception {
    create("exec-slow");
    var endless = new AtomicInteger();
    world.cluster.onRun =
        command -> {
          if (!(command instanceof ReadStream read)) {
            return new Outcome.Done();
          }
          endless.incrementAndGet();
          return new Outcome.Piece(
              read.runId(),
              read.offset() + 1,
              "continued",
              null,
              null,
              List.of(new ConsoleItem("stdout", null, "y".repeat(256 * 1024))));
        };
    var socket = user.webSocket("/stream/session/exec-slow/execute", new Deaf()).join();
    socket.sendText("{\"mode\": \"query\", \"code\": \"yes\"}", true).join();
    var before = new AtomicInteger(-1);
    Awaitility.await()
        .pollInterval(java.time.Duration.ofMillis(500))
        .until(() -> endless.get() > 0 && before.getAndSet(endless.get()) == endless.get());
    assertThat(endless.get()).as("what the machine's buffers take").isLessThan(100);
    socket.abort();
  }

  /** A client that never reads. */
  private static final class Deaf implements WebSocket.Listener {
    @Override
    public void onOpen(WebSocket socket) {
      // Asks for nothing.
    }
  }

  @Test
  void shouldSayThatTheGatewayRestarts() throws Exception {
    create("exec-restart");
    var other =
        new GatewayVerticle(
            GatewayConfig.onPort(0), world.dbConfig, world.redisConfig, world.secrets);
    var deployment = world.vertx.deployVerticle(other).await();
    var client = new SignedClient(other.port(), TestWorld.USER_KEY, TestWorld.SECRET);
    try (var plain = TestSocket.open(client, "/stream/session/exec-restart/execute");
        var resumable = TestSocket.open(client, "/stream/session/exec-restart/execute")) {
      plain.sendText("{\"mode\": \"query\", \"code\": \"x\"}");
      resumable.sendText("{\"mode\": \"query\", \"code\": \"x\", \"resumable\": true}");
      json(plain);
      var run = json(resumable).path("runId").asText();
      var begun = System.nanoTime();
      world.vertx.undeploy(deployment).await();
      assertThat(java.time.Duration.ofNanos(System.nanoTime() - begun)).hasSeconds(0);
      assertThat(news(plain).at("/console/0/1").asText()).contains("restarts");
      assertThat(news(plain).path("status").asText()).isEqualTo("server-restarting");
      assertThat(plain.closeCode()).isEqualTo(1012);
      assertThat(news(resumable).path("status").asText()).isEqualTo("server-restarting");
      assertThat(asked(LeaveStream.class)).isEmpty();
      try (var again = TestSocket.open(user, "/stream/session/exec-restart/execute")) {
        again.sendText("{\"mode\": \"continue\", \"runId\": \"" + run + "\", \"offset\": 0}");
        assertThat(json(again).path("runId").asText()).isEqualTo(run);
        say(run, 8, "finished", 0, "all of it");
        assertThat(news(again).at("/console/0/1").asText()).isEqualTo("all of it");
      }
    }
  }
}
