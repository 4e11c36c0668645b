package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

class RunIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().path("sessionId").asText();
  }

  private SignedClient.Reply execute(String ref, String runId, String mode, String code) {
    return user.post(
        "/session/" + ref, Bodies.of("runId", runId, "mode", mode, "code", code, "options", null));
  }

  private void onExecute(java.util.function.Function<Execute, Outcome> answer) {
    world.cluster.onRun =
        command -> command instanceof Execute e ? answer.apply(e) : new Outcome.Done();
  }

  private static Outcome result(RunId run, String status, Integer exit, ConsoleItem... items) {
    return new Outcome.Result(run, status, exit, null, List.of(items));
  }

  @Test
  void shouldCarryTheWholeCycleOfARun() {
    var id = create("run-cycle");
    onExecute(e ->
        switch (e.mode()) {
          case QUERY ->
              result(e.runId(), "continued", null, new ConsoleItem("stdout", null, "name? "));
          case CONTINUE -> new Outcome.Result(e.runId(), "waiting-input", null, true, List.of());
          case INPUT ->
              result(e.runId(), "finished", 0, new ConsoleItem("stdout", null, "hi " + e.code()));
          case BATCH -> result(e.runId(), "clean-finished", 0);
        });
    var first = execute("run-cycle", null, "query", "input()").json().path("result");
    assertThat(first.path("status").asText()).isEqualTo("continued");
    assertThat(first.path("exitCode").isNull()).isTrue();
    var run = first.path("runId").asText();
    var second = execute(id, run, "continue", "").json().path("result");
    assertThat(second.path("runId").asText()).isEqualTo(run);
    assertThat(second.path("status").asText()).isEqualTo("waiting-input");
    assertThat(second.at("/options/is_password").asBoolean()).isTrue();
    var third = execute("run-cycle", run, "input", "you").json().path("result");
    assertThat(third.path("status").asText()).isEqualTo("finished");
    assertThat(third.path("exitCode").asInt(-1)).isZero();
    assertThat(third.at("/console/0/1").asText()).isEqualTo("hi you");
    var batch =
        user.post(
            "/session/run-cycle",
            Bodies.of(
                "runId",
                null,
                "mode",
                "batch",
                "code",
                "",
                "options",
                Bodies.of("clean", null, "build", "*", "exec", "make")));
    assertThat(batch.json().at("/result/status").asText()).isEqualTo("clean-finished");
    var command = (Execute) world.cluster.runs.getLast();
    assertThat(command.options()).isEqualTo(Map.of("build", "*", "exec", "make"));
    assertThat(command.kernelId().toString()).isEqualTo(id);
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(user.get("/session/run-cycle").json().path("numQueriesExecuted").asInt())
                .isEqualTo(4));
  }

  @Test
  void shouldCarryABatchThroughItsSteps() {
    create("run-batch");
    var answers =
        new java.util.ArrayDeque<Outcome>(
            List.of(
                result(new RunId("b"), "clean-finished", 0),
                result(
                    new RunId("b"),
                    "build-finished",
                    2,
                    new ConsoleItem("stderr", null, "no rule")),
                result(new RunId("b"), "finished", 127)));
    onExecute(e -> answers.remove());
    var options = Bodies.of("clean", null, "build", "make", "exec", "*", "buildLog", true);
    var clean =
        user.post(
                "/session/run-batch",
                Bodies.of("runId", null, "mode", "batch", "code", null, "options", options))
            .json()
            .path("result");
    var command = (Execute) world.cluster.runs.getLast();
    assertThat(command.mode()).isEqualTo(RunCommand.Mode.BATCH);
    assertThat(command.runId()).as("named by the gateway").isNotNull();
    assertThat(command.options()).isEqualTo(Map.of("build", "make", "exec", "*", "buildLog", true));
    assertThat(command.waitMillis()).isEqualTo(2000);
    var build = execute("run-batch", "b", "continue", "").json().path("result");
    var exec = execute("run-batch", "b", "continue", "").json().path("result");
    assertThat(List.of(clean, build, exec))
        .extracting(step -> step.path("status").asText() + " " + step.path("exitCode").asInt())
        .containsExactly("clean-finished 0", "build-finished 2", "finished 127");
    assertThat(List.of(clean, build, exec))
        .allSatisfy(step -> {
          assertThat(step.path("runId").asText()).isEqualTo("b");
          assertThat(step.path("files").isArray()).isTrue();
          assertThat(step.path("files")).isEmpty();
          assertThat(step.path("console").isArray()).isTrue();
        });
    assertThat(build.path("console").toString()).isEqualTo("[[\"stderr\",\"no rule\"]]");
  }

  @Test
  void shouldRefuseBadBodies() {
    create("run-bad");
    onExecute(e -> result(e.runId(), "finished", 0));
    assertThat(user.post("/session/run-bad", Bodies.of("runId", null)).message()).contains("mode");
    assertThat(execute("run-bad", null, "dance", "").status()).isEqualTo(400);
    assertThat(execute("run-bad", null, "continue", "").message()).contains("runId");
    assertThat(execute("run-bad", null, "input", "x").status()).isEqualTo(400);
    assertThat(execute("run-bad", "", "query", "x").status()).isEqualTo(400);
    assertThat(execute("run-bad", "x".repeat(65), "query", "x").status()).isEqualTo(400);
    assertThat(
            user.post("/session/run-bad", Bodies.of("mode", "query", "code", List.of("a")))
                .status())
        .isEqualTo(400);
    assertThat(user.post("/session/run-bad", Bodies.of("mode", "query", "options", "no")).status())
        .isEqualTo(400);
    // No run id and no code are fine, and so is a NUL in the source.
    assertThat(user.post("/session/run-bad", Bodies.of("mode", "query")).status()).isEqualTo(200);
    assertThat(execute("run-bad", null, "query", "a\0b").status()).isEqualTo(200);
    assertThat(execute("run-nosuch", null, "query", "1").status()).isEqualTo(404);
  }

  @Test
  void shouldRefuseSessionsThatDoNotRun() {
    user.post("/session", Bodies.session("stuck-run", "enqueueOnly", true));
    var reply = execute("stuck-run", null, "query", "1");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("PENDING");
  }

  @Test
  void shouldFinishARunWhoseKernelIsLost() {
    create("run-lost");
    onExecute(e ->
        new Outcome.KernelLost(
            e.runId(), "Killed by the kernel.", List.of(new ConsoleItem("stdout", null, "x"))));
    var lost = execute("run-lost", null, "query", "1").json().path("result");
    assertThat(lost.path("status").asText()).isEqualTo("finished");
    assertThat(lost.path("exitCode").asInt()).isEqualTo(130);
    assertThat(lost.path("console").toString()).contains("Killed by the kernel.");

    onExecute(e -> {
      throw Problem.notFound("kernel", "unknown here").toException();
    });
    var disowned = execute("run-lost", "myrun", "continue", "");
    assertThat(disowned.status()).as(disowned.text()).isEqualTo(200);
    assertThat(disowned.json().at("/result/exitCode").asInt()).isEqualTo(130);
    assertThat(disowned.json().at("/result/runId").asText()).isEqualTo("myrun");
  }

  @Test
  void shouldPassOnProblemsOfTheAgent() {
    create("run-problem");
    onExecute(e -> {
      throw Problem.notFound("run", "no such run").toException();
    });
    var reply = execute("run-problem", "unknown", "continue", "");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().path("title").asText()).isEqualTo("No such run.");
  }

  @Test
  void shouldWaitForAnAgentThatRestarts() {
    create("run-away");
    var calls = new AtomicInteger();
    onExecute(e -> {
      if (calls.incrementAndGet() <= 3) {
        throw Problem.of(ProblemCode.UNAVAILABLE, "restarting").toException();
      }
      return result(e.runId(), "finished", 0);
    });
    var reply = execute("run-away", null, "query", "1");
    assertThat(reply.json().at("/result/status").asText()).isEqualTo("finished");
    assertThat(calls).hasValue(4);
  }

  @Test
  void shouldLetClientsReadOnWhileAnAgentIsAway() {
    create("run-gone");
    onExecute(e -> {
      throw Problem.of(ProblemCode.UNAVAILABLE, "away").toException();
    });
    var reading = execute("run-gone", "r1", "continue", "").json().path("result");
    assertThat(reading.path("status").asText()).isEqualTo("continued");
    assertThat(reading.path("runId").asText()).isEqualTo("r1");
    assertThat(reading.path("console").isArray()).isTrue();
    var starting = execute("run-gone", null, "query", "1");
    assertThat(starting.status()).isEqualTo(503);
    assertThat(starting.problem()).isEqualTo("service-unavailable");
  }

  @Test
  void shouldLetClientsReadOnAfterAnUnknownOutcome() {
    create("run-unknown");
    onExecute(e -> {
      throw Problem.of(ProblemCode.OUTCOME_UNKNOWN, "no answer").toException();
    });
    var started = execute("run-unknown", null, "query", "1").json().path("result");
    assertThat(started.path("status").asText()).isEqualTo("continued");
    var run = ((Execute) world.cluster.runs.getLast()).runId();
    assertThat(run).isNotNull();
    assertThat(started.path("runId").asText()).isEqualTo(run.value());
    assertThat(execute("run-unknown", "r", "input", "line").status()).isEqualTo(503);
  }

  @Test
  void shouldSeeTheEndOfASessionAtOnce() {
    var id = create("run-ended");
    onExecute(e -> result(e.runId(), "finished", 0));
    assertThat(execute("run-ended", null, "query", "1").status()).isEqualTo(200);
    world.cluster.move(
        UUID.fromString(id),
        org.polykern.common.session.SessionStatus.TERMINATED,
        "self-terminated",
        "session_terminated");
    Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(2))
        .until(() -> execute("run-ended", null, "query", "1").status() == 404);
  }

  @Test
  void shouldNotServeOneOwnersSessionToAnother() {
    create("run-mine");
    onExecute(e -> result(e.runId(), "finished", 0));
    assertThat(execute("run-mine", null, "query", "1").status()).isEqualTo(200);
    var stranger = world.as(TestWorld.OTHER_KEY);
    var body = Bodies.of("runId", null, "mode", "query", "code", "1");
    assertThat(stranger.post("/session/run-mine", body).status()).isEqualTo(404);
    body.put("owner_access_key", TestWorld.USER_KEY);
    assertThat(stranger.post("/session/run-mine", body).status()).isEqualTo(403);
    assertThat(world.as(TestWorld.SUPER_KEY).post("/session/run-mine", body).status())
        .isEqualTo(200);
  }

  @Test
  void shouldInterruptCompleteAndReadLogs() {
    create("run-more");
    world.cluster.onRun =
        command ->
            switch (command) {
              case RunCommand.Complete c -> new Outcome.Completions(List.of(c.code() + "nt"));
              case RunCommand.ReadLog l -> new Outcome.Log("the log");
              default -> new Outcome.Done();
            };
    assertThat(user.post("/session/run-more/interrupt", Map.of()).status()).isEqualTo(204);
    assertThat(world.cluster.runs.getLast()).isInstanceOf(RunCommand.Interrupt.class);
    var options = Map.of("row", 0, "col", 3, "line", "pri", "post", "");
    for (var path : List.of("/session/run-more/complete", "/session/run-more")) {
      var reply = user.post(path, Bodies.of("mode", "complete", "code", "pri", "options", options));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.json().at("/result/status").asText()).isEqualTo("finished");
      assertThat(reply.json().at("/result/completions/0").asText()).isEqualTo("print");
      assertThat(reply.json().at("/result/suggestions/0").asText()).isEqualTo("print");
    }
    assertThat(user.get("/session/run-more/logs").json().at("/result/logs").asText())
        .isEqualTo("the log");
  }

  @Test
  void shouldLookUpAWarmSessionOnlyOnce() {
    create("run-warm");
    onExecute(e -> result(e.runId(), "finished", 0));
    execute("run-warm", null, "query", "1");
    // The row moves to another agent behind everybody's back: a warm call does not notice.
    world.db.query(
        "update kernel set agent_id = null where id = (select id from session where name ="
            + " 'run-warm')",
        Tuple.tuple());
    assertThat(execute("run-warm", null, "query", "1").status()).isEqualTo(200);
  }
}
