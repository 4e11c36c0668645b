package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.common.bus.RunCommand.AnswerStream;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.LeaveStream;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.Question;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemException;

class RunStreamsTest {
  private static final KernelId KERNEL = KernelId.random();
  private static final RunId R = new RunId("r");

  @TempDir private Path directory;
  private final FakeRunner runner = new FakeRunner();
  private final AtomicLong later = new AtomicLong();

  private KernelRuns runs(boolean adopted) {
    return new KernelRuns(
        runner, () -> System.nanoTime() + later.get(), directory.resolve("runs"), adopted);
  }

  private static void begin(KernelRuns runs, RunId id) {
    var done = runs.streams().begin(new BeginStream(KERNEL, id, Mode.QUERY, "code", Map.of()));
    assertThat(done).isEqualTo(new Outcome.Done());
  }

  private static Outcome read(KernelRuns runs, RunId id, long offset, long told, int wait) {
    try {
      return runs.streams().read(new ReadStream(KERNEL, id, offset, told, wait));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Outcome.Piece piece(KernelRuns runs, long offset) {
    return (Outcome.Piece) read(runs, R, offset, -1, 0);
  }

  private static ConsoleItem out(String text) {
    return new ConsoleItem("stdout", null, text);
  }

  @Test
  void shouldTellOutputFromAnyOffsetItHasTold() {
    var runs = runs(false);
    begin(runs, R);
    assertThat(runner.asked).containsExactly("code r");
    assertThat(piece(runs, 0))
        .isEqualTo(new Outcome.Piece(R, 0, "continued", null, null, List.of()));
    runner.say(runs, "r", OutputKind.STDOUT, "one ");
    runner.say(runs, "r", OutputKind.STDOUT, "two");
    runner.say(runs, "r", OutputKind.STDERR, "no");
    var first = piece(runs, 0);
    assertThat(first.console())
        .containsExactly(out("one two"), new ConsoleItem("stderr", null, "no"));
    runner.say(runs, "r", OutputKind.HTML, "<b>");
    runner.finish(runs, "r", 3);
    var end = piece(runs, first.offset());
    assertThat(end.console()).containsExactly(new ConsoleItem("html", null, "<b>"));
    assertThat(end.status()).isEqualTo("finished");
    assertThat(end.exitCode()).isEqualTo(3);
    // Reading takes nothing away.
    assertThat(piece(runs, 0).console()).hasSize(3);
    assertThat(piece(runs, first.offset())).isEqualTo(end);
    assertThat(piece(runs, end.offset()).status()).isEqualTo("finished");
    assertThat(piece(runs, end.offset()).exitCode()).isEqualTo(3);
    assertThat(runner.acked).isEqualTo(5);
  }

  @Test
  void shouldAnswerAsSoonAsThereIsOutput() throws Exception {
    var runs = runs(false);
    begin(runs, R);
    var waiting =
        CompletableFuture.supplyAsync(
            () -> read(runs, R, 0, -1, 20_000), Thread::startVirtualThread);
    runner.say(runs, "r", OutputKind.STDOUT, "now");
    assertThat(((Outcome.Piece) waiting.get(10, TimeUnit.SECONDS)).console())
        .containsExactly(out("now"));
  }

  @Test
  void shouldBeginARunOnce() {
    var runs = runs(false);
    begin(runs, R);
    begin(runs, R);
    assertThat(runner.asked).containsExactly("code r");
    runner.finish(runs, "r", 0);
    begin(runs, R);
    assertThat(runner.asked).containsExactly("code r");
  }

  @Test
  void shouldRunTheStepsOfABatch() {
    var runs = runs(false);
    runs.streams()
        .begin(new BeginStream(KERNEL, R, Mode.BATCH, "", Map.of("build", "make", "exec", "*")));
    assertThat(runner.asked).containsExactly("batch r [] [make] [*]");
    runner.say(runs, "r", OutputKind.CLEAN_FINISHED, "{\"exitCode\": 0}");
    runner.say(runs, "r", OutputKind.STDOUT, "cc");
    runner.say(runs, "r", OutputKind.BUILD_FINISHED, "{\"exitCode\": 2}");
    runner.finish(runs, "r", 127);
    var clean = piece(runs, 0);
    var build = piece(runs, clean.offset());
    assertThat(clean.status()).isEqualTo("clean-finished");
    assertThat(build.status()).isEqualTo("build-finished");
    assertThat(build.exitCode()).isEqualTo(2);
    assertThat(build.console()).containsExactly(out("cc"));
    assertThat(piece(runs, build.offset()).exitCode()).isEqualTo(127);
  }

  @Test
  void shouldTellEachQuestionOnceToEachReaderAndTakeOneAnswer() {
    var runs = runs(false);
    begin(runs, R);
    runner.say(runs, "r", OutputKind.STDOUT, "name? ");
    runner.say(runs, "r", OutputKind.WAITING_INPUT, "{\"is_password\": true}");
    var asked = piece(runs, 0);
    assertThat(asked.status()).isEqualTo("waiting-input");
    assertThat(asked.console()).containsExactly(out("name? "));
    var question = asked.question();
    assertThat(question).isEqualTo(new Question(asked.offset(), true));
    var again = (Outcome.Piece) read(runs, R, asked.offset(), question.id(), 0);
    assertThat(again.status()).as("told already").isEqualTo("continued");
    assertThat(piece(runs, asked.offset()).question())
        .as("another reader is told, behind it too")
        .isEqualTo(question);
    runs.streams().answer(new AnswerStream(KERNEL, R, question.id(), "me"));
    runs.streams().answer(new AnswerStream(KERNEL, R, question.id(), "me"));
    assertThat(runner.asked).containsExactly("code r", "input r me");
    runner.say(runs, "r", OutputKind.STDOUT, "hi");
    var replayed = piece(runs, 0);
    assertThat(replayed.status()).as("an old question is not asked").isEqualTo("continued");
    assertThat(replayed.console()).containsExactly(out("name? hi"));
    runner.say(runs, "r", OutputKind.WAITING_INPUT, "");
    var second = piece(runs, replayed.offset());
    assertThat(second.question().id()).isGreaterThan(question.id());
    runs.streams().answer(new AnswerStream(KERNEL, R, question.id(), "late"));
    assertThat(runner.asked).doesNotContain("input r late");
  }

  @Test
  void shouldRefuseOffsetsThatNobodyTold() {
    var runs = runs(false);
    begin(runs, R);
    runner.say(runs, "r", OutputKind.STDOUT, "0123456789".repeat(10));
    for (var offset : List.of(1L, 50L, 10_000L, Long.MAX_VALUE)) {
      assertThatThrownBy(() -> piece(runs, offset))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("Expected an offset");
    }
  }

  @Test
  void shouldKeepStreamsAndPolledRunsApart() {
    var runs = runs(false);
    begin(runs, R);
    assertThatThrownBy(
            () -> runs.execute(new Execute(KERNEL, R, Mode.CONTINUE, "", Map.of(), 0, 0)))
        .hasMessageContaining("is read as a stream");
    var polled = new RunId("p");
    runs.execute(new Execute(KERNEL, polled, Mode.QUERY, "x", Map.of(), 0, 0));
    assertThatThrownBy(() -> read(runs, polled, 0, -1, 0)).hasMessageContaining("not begun as");
    assertThatThrownBy(() -> begin(runs, polled)).hasMessageContaining("not begun as");
    assertThatThrownBy(() -> read(runs, new RunId("none"), 0, -1, 0))
        .hasMessageContaining("not known here");
  }

  @Test
  void shouldInterruptWhatItsReaderLeaves() {
    var runs = runs(false);
    begin(runs, R);
    runs.streams().leave(new LeaveStream(KERNEL, R));
    runs.streams().leave(new LeaveStream(KERNEL, new RunId("none")));
    assertThat(runner.asked).containsExactly("code r", "interrupt r");
    runner.finish(runs, "r", 130);
    runs.streams().leave(new LeaveStream(KERNEL, R));
    assertThat(runner.asked).hasSize(2);
  }

  @Test
  void shouldHoldTheProgramUpInsteadOfLosingWhatIsUnread() {
    var runs = runs(false);
    begin(runs, R);
    var chunk = "x".repeat(64 * 1024);
    var messages = (int) (RunStreams.KEPT_BYTES / chunk.length()) + 4;
    for (var i = 0; i < messages; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, chunk);
    }
    assertThat(runner.acked).as("the rest stays with the runner").isBetween(1000L, messages - 3L);
    var offset = 0L;
    var read = 0L;
    for (var piece = piece(runs, 0); !piece.console().isEmpty(); piece = piece(runs, offset)) {
      offset = piece.offset();
      read += piece.console().getFirst().text().length();
    }
    assertThat(read).isEqualTo((long) messages * chunk.length());
    assertThat(runner.acked).as("read, so there is room again").isEqualTo(messages);
    assertThat(piece(runs, offset - 0).console()).isEmpty();
  }

  @Test
  void shouldForgetWhatWasReadLongAgoOnly() throws IOException {
    var runs = runs(false);
    begin(runs, R);
    var chunk = "x".repeat(64 * 1024);
    var offsets = new java.util.ArrayDeque<Long>();
    for (var i = 0; i < 3000; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, chunk);
      offsets.add(piece(runs, offsets.isEmpty() ? 0 : offsets.getLast()).offset());
    }
    assertThat(runner.acked).isEqualTo(3000);
    assertThat(bytesOnDisk())
        .isLessThanOrEqualTo(RunStreams.KEPT_BYTES + 2L * RunLog.SEGMENT_BYTES);
    var behind = offsets.getLast() - RunStreams.BEHIND_BYTES;
    while (offsets.getFirst() < behind) {
      offsets.removeFirst();
    }
    assertThat(piece(runs, offsets.getFirst()).console().getFirst().text()).startsWith("x");
  }

  private long bytesOnDisk() throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(RunStreamsTest::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldDropTheOldestOfARunThatNobodyReadsAndSaySo() {
    var runs = runs(false);
    begin(runs, R);
    runner.say(runs, "r", OutputKind.STDOUT, "old");
    var first = piece(runs, 0);
    later.addAndGet(TimeUnit.MINUTES.toNanos(11));
    runs.sweep();
    var chunk = "é".repeat(32 * 1024);
    var messages = 1200;
    for (var i = 0; i < messages; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, chunk);
    }
    runner.finish(runs, "r", 0);
    assertThat(runner.acked).isEqualTo(messages + 2);
    var text = new StringBuilder();
    var piece = piece(runs, first.offset());
    var mark = piece.console().getFirst();
    assertThat(mark.kind()).isEqualTo("stderr");
    var dropped = Long.parseLong(mark.text().replaceAll("\\D", ""));
    assertThat(mark.text())
        .isEqualTo(Console.droppedMark(dropped))
        .contains("characters were dropped here");
    for (; !piece.status().equals("finished"); piece = piece(runs, piece.offset())) {
      piece.console().stream()
          .filter(item -> item.kind().equals("stdout"))
          .forEach(item -> text.append(item.text()));
    }
    assertThat(text.length() + dropped).isEqualTo((long) messages * chunk.length());
    assertThat(text.length()).isGreaterThan(30_000_000);
  }

  @Test
  void shouldNotHoldUpTheRunsBehindAnEndedOne() {
    var runs = runs(false);
    begin(runs, R);
    var chunk = "x".repeat(64 * 1024);
    for (var i = 0; i < 1100; i++) {
      runner.say(runs, "r", OutputKind.STDOUT, chunk);
    }
    assertThat(runner.acked).isLessThan(1100);
    runner.finish(runs, "r", 0);
    assertThat(runner.acked).isEqualTo(1101);
    var second = new RunId("s");
    begin(runs, second);
    runner.say(runs, "s", OutputKind.STDOUT, "held, since nobody has read the first");
    assertThat(runner.acked).isEqualTo(1101);
    later.addAndGet(TimeUnit.MINUTES.toNanos(2));
    runner.finish(runs, "s", 0);
    assertThat(runner.acked).isEqualTo(1103);
  }

  @Test
  void shouldGoOnWhereAnAgentThatDiedHasStopped() throws IOException {
    var before = runs(false);
    begin(before, R);
    runner.say(before, "r", OutputKind.STDOUT, "one ");
    var first = piece(before, 0);
    runner.say(before, "r", OutputKind.STDOUT, "two ");
    runner.say(before, "r", OutputKind.WAITING_INPUT, "");
    var begun = new RunId("silent");
    begin(before, begun);
    tear();
    var after = runs(true);
    after.onHello(
        new RunnerHello(
            "python",
            4,
            List.of(
                new RunnerHello.Active("r", "waiting-input"),
                new RunnerHello.Active("silent", "queued"))));
    // Not acknowledged when the agent died, so they come again.
    runner.repeat(after, "r", OutputKind.STDOUT, "two ", 2);
    runner.repeat(after, "r", OutputKind.WAITING_INPUT, "", 3);
    var second = piece(after, first.offset());
    assertThat(second.console()).containsExactly(out("two "));
    assertThat(second.status()).isEqualTo("waiting-input");
    after.streams().answer(new AnswerStream(KERNEL, R, second.question().id(), "x"));
    assertThat(runner.asked).contains("input r x");
    runner.say(after, "r", OutputKind.STDOUT, "three");
    runner.finish(after, "r", 0);
    var rest = piece(after, second.offset());
    assertThat(rest.console()).containsExactly(out("three"));
    assertThat(rest.status()).isEqualTo("finished");
    runner.say(after, "silent", OutputKind.STDOUT, "hello");
    assertThat(((Outcome.Piece) read(after, begun, 0, -1, 0)).console())
        .containsExactly(out("hello"));
    assertThat(runner.acked).isEqualTo(6);

    var third = runs(true);
    assertThat(((Outcome.Piece) read(third, R, rest.offset(), -1, 0)).exitCode())
        .as("how it ended is known to the next one too")
        .isZero();
    assertThatThrownBy(() -> piece(runs(false), 0))
        .as("another kernel")
        .hasMessageContaining("not known");
  }

  /** As a process that is killed while it writes. */
  private void tear() throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        Files.write(
            file,
            "half an entry".getBytes(StandardCharsets.UTF_8),
            java.nio.file.StandardOpenOption.APPEND);
      }
    }
  }

  @Test
  void shouldSayWhyWhenTheKernelIsLost() {
    var runs = runs(false);
    begin(runs, R);
    runner.say(runs, "r", OutputKind.STDOUT, "last words");
    runs.lost("It died.");
    var words = piece(runs, 0);
    assertThat(words.console()).containsExactly(out("last words"));
    assertThat(read(runs, R, words.offset(), -1, 0))
        .isEqualTo(new Outcome.KernelLost(R, "It died.", List.of()));
    var late =
        runs.streams().begin(new BeginStream(KERNEL, new RunId("l"), Mode.QUERY, "", Map.of()));
    assertThat(late).isInstanceOf(Outcome.KernelLost.class);
  }

  @Test
  void shouldForgetEndedStreamsAfterAnHour() {
    var runs = runs(false);
    begin(runs, R);
    runner.finish(runs, "r", 0);
    later.addAndGet(TimeUnit.MINUTES.toNanos(59));
    runs.sweep();
    assertThat(piece(runs, 0).status()).isEqualTo("finished");
    later.addAndGet(TimeUnit.MINUTES.toNanos(61));
    runs.sweep();
    assertThatThrownBy(() -> piece(runs, 0)).hasMessageContaining("not known");
    assertThat(directory.resolve("runs")).isEmptyDirectory();
  }
}
