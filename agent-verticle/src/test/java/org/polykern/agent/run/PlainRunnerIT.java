package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;

/** Drives a runner that has never heard of run ids, numbers and hello. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlainRunnerIT {
  private final PlainRunner runner = new PlainRunner();
  private final RunnerLinks links = new RunnerLinks();
  private final AtomicReference<@Nullable RunnerLink> link = new AtomicReference<>();
  private final KernelRuns runs = new KernelRuns(new Port(), System::nanoTime, NoLogs.HERE, false);
  private int made;

  @BeforeAll
  void connect() {
    var opened =
        links.connect(
            "127.0.0.1",
            new Announcement(null, runner.replin, runner.replout, 0),
            LinkKeys.generate(),
            runs);
    link.set(opened);
    opened.hello();
    var begun = System.nanoTime();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> opened.awaitHello(Duration.ofMillis(100)));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("one of ours had its chance to answer")
        .isGreaterThan(Duration.ofMillis(2900));
  }

  @AfterAll
  void close() {
    links.close();
    runner.close();
  }

  private RunnerLink open() {
    return java.util.Objects.requireNonNull(link.get());
  }

  private String start(String code) {
    var id = "run-" + ++made;
    call(id, Mode.QUERY, code, Map.of(), 0);
    return id;
  }

  private Outcome.Result call(
      String run, Mode mode, String code, Map<String, Object> options, int waitMillis) {
    return (Outcome.Result)
        runs.execute(
            new Execute(KernelId.random(), new RunId(run), mode, code, options, waitMillis, 50));
  }

  /** Reads on until the run says something else than {@code continued}. */
  private Outcome.Result read(String run) {
    return read(run, Mode.CONTINUE, "");
  }

  private Outcome.Result read(String run, Mode mode, String code) {
    var console = new ArrayList<ConsoleItem>();
    var answer = call(run, mode, code, Map.of(), 5_000);
    console.addAll(answer.console());
    while (answer.status().equals("continued")) {
      answer = call(run, Mode.CONTINUE, "", Map.of(), 5_000);
      console.addAll(answer.console());
    }
    return new Outcome.Result(
        answer.runId(), answer.status(), answer.exitCode(), answer.isPassword(), console);
  }

  private static String text(Outcome.Result answer) {
    var text = new StringBuilder();
    answer.console().forEach(item -> text.append(item.text()));
    return text.toString();
  }

  @Test
  void shouldRunAQueryAndJoinCutCharacters() {
    var answer = read(start("gr\u00fc\u00df \ud83d\ude00"));
    assertThat(text(answer)).isEqualTo("gr\u00fc\u00df \ud83d\ude00");
    assertThat(answer.status()).isEqualTo("finished");
    assertThat(answer.exitCode()).as("it tells none").isNull();
  }

  @Test
  void shouldPassInput() {
    var run = start("ask");
    var asked = read(run);
    assertThat(asked.status()).isEqualTo("waiting-input");
    assertThat(asked.isPassword()).isTrue();
    assertThat(text(asked)).isEqualTo("name? ");
    assertThat(text(read(run, Mode.INPUT, "you"))).isEqualTo("hello you");
  }

  @Test
  void shouldRunABatchInThreeSteps() {
    var id = "batch-" + ++made;
    var options = Map.<String, Object>of("build", "make", "exec", "*");
    var answers = new ArrayList<Outcome.Result>();
    answers.add(call(id, Mode.BATCH, "", options, 5_000));
    while (!answers.getLast().status().equals("finished")) {
      answers.add(read(id));
    }
    assertThat(answers)
        .extracting(Outcome.Result::status)
        .filteredOn(status -> !status.equals("continued"))
        .containsExactly("clean-finished", "build-finished", "finished");
    assertThat(String.join("", answers.stream().map(PlainRunnerIT::text).toList()))
        .isEqualTo("clean:;build:make;exec:*");
    assertThat(answers.getLast().exitCode()).isEqualTo(3);
  }

  @Test
  void shouldInterruptTheRunThatExecutes() {
    var run = start("loop");
    Awaitility.await()
        .until(() -> text(call(run, Mode.CONTINUE, "", Map.of(), 100)).equals("looping"));
    open().interrupt(null);
    var answer = read(run);
    assertThat(answer.status()).isEqualTo("finished");
    assertThat(text(answer)).isEqualTo("interrupted");
  }

  @Test
  void shouldGiveOneRunAtATimeToTheRunner() {
    var first = start("loop");
    var second = start("second");
    var third = start("third");
    Awaitility.await().until(() -> runner.heard.contains("code loop"));
    assertThat(call(second, Mode.CONTINUE, "", Map.of(), 100))
        .isEqualTo(new Outcome.Result(new RunId(second), "continued", null, null, List.of()));
    open().cancel(third);
    assertThat(read(third).exitCode()).isEqualTo(130);
    assertThat(runner.heard).doesNotContain("code second", "code third");
    open().cancel(first);
    assertThat(read(first).status()).isEqualTo("finished");
    assertThat(text(read(second))).isEqualTo("second");
    assertThat(runner.heard).contains("code second").doesNotContain("code third");
  }

  @Test
  void shouldSkipMalformedMessages() {
    assertThat(text(read(start("nonsense")))).endsWith("survived");
    assertThat(text(read(start("still here")))).isEqualTo("still here");
  }

  @Test
  void shouldMatchCompletionsByTheirOrder() {
    assertThat(open().complete("pri", Map.of("row", 0), Duration.ofSeconds(5)))
        .containsExactly("print", "printf");
    assertThat(runner.heard).contains("complete {\"row\":0,\"code\":\"pri\"}");
  }

  /** What a kernel's link does for its runs. */
  private final class Port implements RunnerPort {
    @Override
    public void code(String run, String source) {
      open().code(run, source);
    }

    @Override
    public void batch(String run, String clean, String build, String exec) {
      open().batch(run, clean, build, exec);
    }

    @Override
    public void input(String run, String text) {
      open().input(run, text);
    }

    @Override
    public void interrupt(@Nullable String run) {
      open().interrupt(run);
    }

    @Override
    public void cancel(String run) {
      open().cancel(run);
    }

    @Override
    public void ack(long seq) {
      open().ack(seq);
    }

    @Override
    public void hello() {
      open().hello();
    }
  }
}
