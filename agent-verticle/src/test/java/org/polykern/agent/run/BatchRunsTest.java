package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemException;

/** Runs of three steps, and output that nobody reads. */
final class BatchRunsTest {
  private final FakeRunner runner = new FakeRunner();
  private final AtomicLong later = new AtomicLong();
  private final KernelRuns runs =
      new KernelRuns(runner, () -> System.nanoTime() + later.get(), NoLogs.HERE, false);

  private Outcome.Result call(Mode mode, Map<String, Object> options, int waitMillis, int quiet) {
    return (Outcome.Result)
        runs.execute(
            new Execute(KernelId.random(), new RunId("r"), mode, "", options, waitMillis, quiet));
  }

  private Outcome.Result batch(Map<String, Object> options) {
    return call(Mode.BATCH, options, 0, 50);
  }

  private Outcome.Result read() {
    return call(Mode.CONTINUE, Map.of(), 0, 50);
  }

  private static Outcome.Result answer(
      String status, @Nullable Integer exitCode, ConsoleItem... items) {
    return new Outcome.Result(new RunId("r"), status, exitCode, null, List.of(items));
  }

  private static ConsoleItem stdout(String text) {
    return new ConsoleItem("stdout", null, text);
  }

  @Test
  void shouldSendAllThreeStepsAtOnce() {
    assertThat(batch(Map.of("exec", "*", "buildLog", true)).status()).isEqualTo("continued");
    assertThat(runner.asked).containsExactly("batch r [] [] [*]");
    // The same again is the same run.
    batch(Map.of("exec", "other"));
    assertThat(runner.asked).hasSize(1);
  }

  @Test
  void shouldAnswerEachStepWithItsOutputAndItsExitCode() {
    batch(Map.of("build", "make", "exec", "./main"));
    runner.say(runs, "r", OutputKind.CLEAN_FINISHED, "{\"exitCode\": 0}");
    runner.say(runs, "r", OutputKind.STDOUT, "cc ");
    runner.say(runs, "r", OutputKind.STDOUT, "main.c\n");
    runner.say(runs, "r", OutputKind.BUILD_FINISHED, "{\"exitCode\": 2}");
    runner.say(runs, "r", OutputKind.STDERR, "not run");
    runner.finish(runs, "r", 127);
    // All of it was there before the first call, and still each call ends at its step.
    assertThat(read()).isEqualTo(answer("clean-finished", 0));
    assertThat(runner.acked).isEqualTo(1);
    assertThat(read()).isEqualTo(answer("build-finished", 2, stdout("cc main.c\n")));
    assertThat(runner.acked).isEqualTo(4);
    var last = answer("finished", 127, new ConsoleItem("stderr", null, "not run"));
    assertThat(read()).isEqualTo(last);
    assertThat(runner.acked).isEqualTo(6);
    assertThat(read()).as("again, for a client that lost it").isEqualTo(last);
  }

  @Test
  void shouldWakeAWaitingCallAtTheEndOfAStep() throws Exception {
    batch(Map.of());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> call(Mode.CONTINUE, Map.of(), 20_000, 15_000));
      runner.say(runs, "r", OutputKind.STDOUT, "building");
      runner.say(runs, "r", OutputKind.BUILD_FINISHED, "{\"exitCode\": 0}");
      assertThat(waiting.get()).isEqualTo(answer("build-finished", 0, stdout("building")));
    }
  }

  @Test
  void shouldSayWhichOptionIsNotACommand() {
    assertThatThrownBy(() -> batch(Map.of("build", List.of("make"))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("build")
        .hasMessageContaining("a list");
    assertThat(runner.asked).isEmpty();
    assertThat(batch(Map.of("build", "make")).status()).isEqualTo("continued");
  }

  @Test
  void shouldReportAStepWithoutAnExitCodeAsItIs() {
    batch(Map.of());
    runner.say(runs, "r", OutputKind.CLEAN_FINISHED, "");
    runner.say(runs, "r", OutputKind.BUILD_FINISHED, "{\"exitCode\": null}");
    runner.say(runs, "r", OutputKind.FINISHED, "{}");
    assertThat(List.of(read(), read(), read()))
        .containsExactly(
            answer("clean-finished", null),
            answer("build-finished", null),
            answer("finished", null));
  }

  @Test
  void shouldAnswerAtOnceWhenNoQuietIsAskedFor() {
    call(Mode.QUERY, Map.of(), 0, 0);
    runner.say(runs, "r", OutputKind.STDOUT, "now");
    var before = System.nanoTime();
    assertThat(call(Mode.CONTINUE, Map.of(), 20_000, 0))
        .isEqualTo(answer("continued", null, stdout("now")));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void shouldMarkWhatWasDroppedOfARunThatNobodyReads() {
    batch(Map.of("build", "make"));
    later.addAndGet(RunTable.ABANDONED.plusSeconds(1).toNanos());
    runs.sweep();
    runner.say(runs, "r", OutputKind.CLEAN_FINISHED, "{\"exitCode\": 0}");
    for (var i = 0; i < 40; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, "x".repeat(65_536));
    }
    assertThat(runner.acked).isEqualTo(41);
    runner.finish(runs, "r", 0);
    var first = read();
    assertThat(first.status()).isEqualTo("clean-finished");
    assertThat(first.console())
        .containsExactly(
            new ConsoleItem(
                "stderr", null, "\n[polykern: 1,638,400 characters were dropped here]\n"));
    var kept = 0;
    Outcome.Result answer;
    do {
      answer = read();
      kept += answer.console().stream().mapToInt(item -> item.text().length()).sum();
    } while (!answer.status().equals("finished"));
    assertThat(kept).isEqualTo(40 * 65_536 - 1_638_400);
  }
}
