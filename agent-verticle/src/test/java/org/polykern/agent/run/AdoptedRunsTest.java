package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** Clients that come back before an adopted runner has told what it holds. */
class AdoptedRunsTest {
  private static final Executor THREADS = Thread::startVirtualThread;

  private final AtomicLong offset = new AtomicLong();
  private final KernelRuns runs =
      new KernelRuns(new SilentPort(), () -> System.nanoTime() + offset.get(), NoLogs.HERE, true);

  @Test
  void shouldAskForPatienceUntilTheRunnerHasSpoken() {
    assertThatThrownBy(() -> runs.execute(continued("r1", 1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.UNAVAILABLE));
  }

  @Test
  void shouldFindARunThatTheRunnerTellsMeanwhile() throws Exception {
    var waiting =
        CompletableFuture.supplyAsync(() -> runs.execute(continued("r1", 20_000)), THREADS);
    runs.onHello(new RunnerHello("python", 1, List.of(new RunnerHello.Active("r1", "running"))));
    runs.onOutput(OutputKind.STDOUT, "r1", 5, "out".getBytes(StandardCharsets.UTF_8));
    assertThat(((Outcome.Result) waiting.get(10, TimeUnit.SECONDS)).runId())
        .isEqualTo(new RunId("r1"));
  }

  @Test
  void shouldFindARunThatEndedMeanwhileByItsOutput() throws Exception {
    var waiting =
        CompletableFuture.supplyAsync(() -> runs.execute(continued("r1", 20_000)), THREADS);
    runs.onHello(new RunnerHello("python", 6, List.of()));
    runs.onOutput(OutputKind.STDOUT, "r1", 5, "out".getBytes(StandardCharsets.UTF_8));
    assertThat(((Outcome.Result) waiting.get(10, TimeUnit.SECONDS)).console()).isNotEmpty();
  }

  @Test
  void shouldNotTakeWhatWasOnItsWayForTheFirstOutput() {
    runs.onOutput(OutputKind.STDOUT, "r1", 3, "c".getBytes(StandardCharsets.UTF_8));
    runs.onHello(new RunnerHello("python", 4, List.of(new RunnerHello.Active("r1", "running"))));
    for (var seq = 1; seq <= 3; seq++) {
      runs.onOutput(OutputKind.STDOUT, "r1", seq, new byte[] {(byte) ('a' + seq - 1)});
    }
    var answer = (Outcome.Result) runs.execute(continued("r1", 0));
    assertThat(answer.console().getFirst().text()).isEqualTo("abc");
  }

  @Test
  void shouldSayThatARunIsUnknownOnceEverythingWasTold() {
    runs.onHello(new RunnerHello("python", 1, List.of()));
    offset.set(TimeUnit.SECONDS.toNanos(3));
    assertThatThrownBy(() -> runs.execute(continued("r1", 20_000)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("not known here");
  }

  private static Execute continued(String run, int waitMillis) {
    return new Execute(
        KernelId.random(), new RunId(run), Mode.CONTINUE, "", Map.of(), waitMillis, 50);
  }

  private static final class SilentPort implements RunnerPort {
    @Override
    public void code(String run, String source) {}

    @Override
    public void batch(String run, String clean, String build, String exec) {}

    @Override
    public void cancel(String run) {}

    @Override
    public void input(String run, String text) {}

    @Override
    public void interrupt(String run) {}

    @Override
    public void ack(long seq) {}

    @Override
    public void hello() {}
  }
}
