package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

final class KernelRunsTest {
  private final FakeRunner runner = new FakeRunner();
  private final AtomicLong later = new AtomicLong();
  private final KernelRuns runs =
      new KernelRuns(runner, () -> System.nanoTime() + later.get(), NoLogs.HERE, false);

  private Outcome call(@Nullable String run, Mode mode, String code, int waitMillis) {
    var id = run == null ? null : new RunId(run);
    return runs.execute(new Execute(KernelId.random(), id, mode, code, Map.of(), waitMillis, 50));
  }

  private Outcome.Result result(String run, Mode mode, String code, int waitMillis) {
    return (Outcome.Result) call(run, mode, code, waitMillis);
  }

  @Test
  void shouldJoinNeighboursOfOneStream() {
    call("r", Mode.QUERY, "", 0);
    for (var text : List.of("a", "b")) {
      runner.say(runs, "r", OutputKind.STDOUT, text);
    }
    runner.say(runs, "r", OutputKind.STDERR, "c");
    runner.say(runs, "r", OutputKind.STDOUT, "d");
    runner.say(runs, "r", OutputKind.MEDIA, "{\"type\": \"image/png\", \"data\": \"data:x\"}");
    runner.say(runs, "r", OutputKind.HTML, "<b>");
    runner.finish(runs, "r", 3);
    var result = result("r", Mode.CONTINUE, "", 1000);
    assertThat(result.console())
        .containsExactly(
            new ConsoleItem("stdout", null, "ab"),
            new ConsoleItem("stderr", null, "c"),
            new ConsoleItem("stdout", null, "d"),
            new ConsoleItem("media", "image/png", "data:x"),
            new ConsoleItem("html", null, "<b>"));
    assertThat(result.status()).isEqualTo("finished");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(runner.acked).isEqualTo(7);
  }

  @Test
  void shouldAcknowledgeOnlyWhatWasHandedOut() {
    call("r", Mode.QUERY, "", 0);
    runner.say(runs, "r", OutputKind.STDOUT, "a");
    assertThat(runner.acked).isZero();
    result("r", Mode.CONTINUE, "", 0);
    assertThat(runner.acked).isEqualTo(1);
  }

  @Test
  void shouldAnswerAtOnceWhenAnswersWorthIsThere() {
    call("r", Mode.QUERY, "", 0);
    var piece = "x".repeat(65_536);
    for (var i = 0; i < 10; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, piece);
    }
    var first = result("r", Mode.CONTINUE, "", 20_000);
    assertThat(first.status()).isEqualTo("continued");
    assertThat(first.console().getFirst().text()).hasSize(Console.LIMIT_POINTS);
    runner.finish(runs, "r", 0);
    var second = result("r", Mode.CONTINUE, "", 20_000);
    assertThat(second.console().getFirst().text()).hasSize(2 * 65_536);
    assertThat(second.status()).isEqualTo("finished");
  }

  @Test
  void shouldAskForTheRestWhenANumberIsMissingAndDropRepetitions() {
    call("r", Mode.QUERY, "", 0);
    runner.say(runs, "r", OutputKind.STDOUT, "a");
    runner.repeat(runs, "r", OutputKind.STDOUT, "a", 1);
    runner.repeat(runs, "r", OutputKind.STDOUT, "c", 3);
    runner.repeat(runs, "r", OutputKind.STDOUT, "d", 4);
    assertThat(runner.asked).containsExactly("code r", "hello");
    runs.onHello(new RunnerHello("python", 5, List.of()));
    for (var entry : Map.of(2L, "b").entrySet()) {
      runner.repeat(runs, "r", OutputKind.STDOUT, entry.getValue(), entry.getKey());
    }
    runner.repeat(runs, "r", OutputKind.STDOUT, "c", 3);
    assertThat(result("r", Mode.CONTINUE, "", 0).console().getFirst().text()).isEqualTo("abc");
  }

  @Test
  void shouldGiveOutputToTheNewestCallOfARun() throws Exception {
    call("r", Mode.QUERY, "", 0);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          List.of(
              threads.submit(() -> result("r", Mode.CONTINUE, "", 20_000).status()),
              threads.submit(() -> result("r", Mode.CONTINUE, "", 20_000).status()));
      // Whichever was first answers empty as soon as the other has come.
      Awaitility.await().until(() -> calls.stream().anyMatch(Future::isDone));
      runner.say(runs, "r", OutputKind.STDOUT, "kept");
      runner.finish(runs, "r", 0);
      var statuses = List.of(calls.getFirst().get(), calls.getLast().get());
      assertThat(statuses).containsExactlyInAnyOrder("continued", "finished");
    }
  }

  @Test
  void shouldQueueRunsAndAnswerTheWaitingOneEmpty() {
    call("a", Mode.QUERY, "", 0);
    assertThat(result("b", Mode.QUERY, "", 10))
        .isEqualTo(new Outcome.Result(new RunId("b"), "continued", null, null, List.of()));
    assertThat(runner.asked).containsExactly("code a", "code b");
    // The same again is the same run, not another.
    result("b", Mode.QUERY, "", 0);
    assertThat(runner.asked).hasSize(2);
  }

  @Test
  void shouldTakeInputOnlyWhenItIsWaitedFor() {
    call("r", Mode.QUERY, "", 0);
    assertThatThrownBy(() -> call("r", Mode.INPUT, "x", 0))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.INVALID_API_PARAMS));
    runner.say(runs, "r", OutputKind.WAITING_INPUT, "{\"is_password\": true}");
    var asked = result("r", Mode.CONTINUE, "", 0);
    assertThat(asked.status()).isEqualTo("waiting-input");
    assertThat(asked.isPassword()).isTrue();
    call("r", Mode.INPUT, "secret", 0);
    assertThat(runner.asked).containsExactly("code r", "input r secret");
    assertThatThrownBy(() -> call(null, Mode.CONTINUE, "", 0)).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldDeliverALastAnswerAgainForAMinute() {
    call("r", Mode.QUERY, "", 0);
    runner.finish(runs, "r", 0);
    var last = result("r", Mode.CONTINUE, "", 0);
    assertThat(call("r", Mode.CONTINUE, "", 0)).isEqualTo(last);
    later.addAndGet(Duration.ofSeconds(61).toNanos());
    runs.sweep();
    assertThatThrownBy(() -> call("r", Mode.CONTINUE, "", 0)).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldStartANewRunUnderADeliveredId() {
    call("r", Mode.QUERY, "", 0);
    runner.finish(runs, "r", 0);
    result("r", Mode.CONTINUE, "", 0);
    call("r", Mode.QUERY, "", 0);
    assertThat(runner.asked).containsExactly("code r", "code r");
  }

  @Test
  void shouldEndCallsWhenTheKernelIsLostButDeliverWhatThereIs() {
    call("r", Mode.QUERY, "", 0);
    runner.say(runs, "r", OutputKind.STDOUT, "last words");
    runs.lost("It died.");
    assertThat(call("r", Mode.CONTINUE, "", 20_000))
        .isEqualTo(
            new Outcome.KernelLost(
                new RunId("r"),
                "It died.",
                List.of(new ConsoleItem("stdout", null, "last words"))));
    assertThat(call("new", Mode.QUERY, "", 20_000)).isInstanceOf(Outcome.KernelLost.class);
  }

  @Test
  void shouldNotLetAbandonedRunsHoldUpOthers() {
    call("left", Mode.QUERY, "", 0);
    call("next", Mode.QUERY, "", 0);
    runner.say(runs, "left", OutputKind.WAITING_INPUT, "{}");
    later.addAndGet(RunTable.ABANDONED.plusSeconds(1).toNanos());
    runs.sweep();
    runs.sweep();
    assertThat(runner.asked).containsOnlyOnce("cancel left").doesNotContain("interrupt null");
    assertThat(runner.acked).isEqualTo(1);
  }

  @Test
  void shouldKeepTheWindowFreeOfEndedRunsThatNobodyReads() {
    call("left", Mode.QUERY, "", 0);
    runner.say(runs, "left", OutputKind.STDOUT, "unread");
    runner.finish(runs, "left", 0);
    later.addAndGet(Duration.ofSeconds(6).toNanos());
    for (var i = 0; i < 2000; i++) {
      call("r" + i, Mode.QUERY, "", 0);
      runner.finish(runs, "r" + i, 0);
      result("r" + i, Mode.CONTINUE, "", 0);
    }
    assertThat(runner.acked).isGreaterThan(1000);
  }

  @Test
  void shouldRebuildItsRunsFromHello() {
    var adopted = new KernelRuns(runner, System::nanoTime, NoLogs.HERE, true);
    adopted.onHello(
        new RunnerHello(
            "python",
            100,
            List.of(
                new RunnerHello.Active("now", "running"),
                new RunnerHello.Active("", "running"),
                new RunnerHello.Active("then", "waiting-input"))));
    runner.repeat(adopted, "now", OutputKind.STDOUT, "unread", 90);
    runner.repeat(adopted, "now", OutputKind.STDOUT, " text", 91);
    var call =
        new Execute(KernelId.random(), new RunId("now"), Mode.CONTINUE, "", Map.of(), 100, 50);
    assertThat(((Outcome.Result) adopted.execute(call)).console().getFirst().text())
        .isEqualTo("unread text");
    var waiting =
        new Execute(KernelId.random(), new RunId("then"), Mode.CONTINUE, "", Map.of(), 100, 50);
    assertThat(((Outcome.Result) adopted.execute(waiting)).status()).isEqualTo("waiting-input");
  }

  @Test
  void shouldNotGrowWithRunsThatTheRunnerInvents() {
    for (var i = 0; i < 1000; i++) {
      runner.say(runs, "invented" + i, OutputKind.STDOUT, "x");
    }
    assertThatThrownBy(() -> call("mine", Mode.QUERY, "", 0))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.QUOTA_EXCEEDED));
    assertThat(runner.asked).isEmpty();
  }

  @Test
  void shouldSurviveNonsense() {
    call("r", Mode.QUERY, "", 0);
    runner.say(runs, "r", OutputKind.MEDIA, "not json");
    runner.say(runs, "r", OutputKind.FINISHED, "[1, 2]");
    runner.repeat(runs, "x".repeat(65), OutputKind.STDOUT, "a", 3);
    assertThat(result("r", Mode.CONTINUE, "", 0).exitCode()).isEqualTo(-1);
  }
}
