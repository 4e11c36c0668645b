package org.polykern.jail.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.polykern.jail.nativelib.Jail;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.rule.CallAction;

/** Programs started from Java, without a file and without ProcessBuilder. */
@Timeout(60)
class JailedProgramIT {
  private static @Nullable Jail made;

  @BeforeAll
  static void makeJail() throws Exception {
    made = new Jail();
  }

  @AfterAll
  static void removeJail() throws IOException {
    if (made != null) {
      made.close();
    }
  }

  static Jail jail() {
    return java.util.Objects.requireNonNull(made);
  }

  /** What one test wants of a start. */
  private static final class Wanted {
    private final List<String> settings =
        new ArrayList<>(Jail.isRoot() ? Jail.supervised() : Jail.sameUser());
    private final List<String> events = new ArrayList<>();
    private Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
    private String stdin = "/dev/null";
    private @Nullable CallQuestions questions;
    private final Path file;
    private String stdout;
    private String stderr;

    Wanted() throws IOException {
      file = Files.createTempFile(jail().directory, "output", "");
      stdout = file.toString();
      stderr = stdout;
    }

    JailedProgram start(String... argv) throws IOException {
      return JailedProgram.start(
          new Start(
              jail().helper,
              String.join("\n", settings) + "\n",
              List.of(argv),
              environment,
              stdin,
              stdout,
              stderr,
              questions,
              events::add));
    }

    Ended run(String... argv) throws Exception {
      return start(argv).ended().get(30, TimeUnit.SECONDS);
    }

    String output() throws IOException {
      return Files.readString(file).strip();
    }
  }

  @Test
  void shouldEndAsTheProgramEnds() throws Exception {
    Wanted wanted = new Wanted();
    assertThat(wanted.run("true").exitCode()).isZero();
    assertThat(wanted.run(jail().victim.toString(), "exit", "3").exitCode()).isEqualTo(3);
    Ended died = wanted.run(jail().victim.toString(), "die", "11");
    assertThat(died.exitCode()).isEqualTo(139);
    assertThat(died.maxProcesses()).isEqualTo(1);
    assertThat(died.maxRssKib()).isPositive();
    assertThat(died.refused()).isEmpty();
    assertThat(wanted.events).last().asString().contains("\"signal\":11");
  }

  @Test
  void shouldSayWhyAProgramWasNotStarted() throws Exception {
    Wanted wanted = new Wanted();
    NotStarted missing =
        catchThrowableOfType(NotStarted.class, () -> wanted.start("/nonexistent/program"));
    assertThat(missing.exitCode()).isEqualTo(NotStarted.NOT_FOUND);
    assertThat(missing).hasMessageContaining("'/nonexistent/program' was not started");
    NotStarted text = catchThrowableOfType(NotStarted.class, () -> wanted.start("/etc/passwd"));
    assertThat(text.exitCode()).isEqualTo(NotStarted.NOT_EXECUTABLE);
    wanted.settings.add("cwd nowhere");
    NotStarted wrong = catchThrowableOfType(NotStarted.class, () -> wanted.start("true"));
    assertThat(wrong.exitCode()).isEqualTo(NotStarted.NO_JAIL);
    assertThat(wrong).hasMessageContaining("absolute path");
  }

  @Test
  void shouldSayWhichFileCannotBeOpened() throws Exception {
    Wanted wanted = new Wanted();
    wanted.stdin = "/nonexistent/input";
    assertThatThrownBy(() -> wanted.start("true"))
        .isInstanceOf(NotStarted.class)
        .hasMessageContaining("standard input", "error 2");
  }

  @Test
  void shouldSayThatThereIsNoHelper() {
    Start start =
        new Start(
            Path.of("/nonexistent/pk-jail"),
            "pk-jail 1\nmode m1\n",
            List.of("true"),
            Map.of(),
            "/dev/null",
            "/dev/null",
            "/dev/null",
            null,
            line -> {});
    NotStarted missing = catchThrowableOfType(NotStarted.class, () -> JailedProgram.start(start));
    assertThat(missing.exitCode()).isEqualTo(NotStarted.NO_JAIL);
    assertThat(missing).hasMessageContaining("its helper");
  }

  @Test
  void shouldGiveExactlyTheEnvironment() throws Exception {
    Wanted wanted = new Wanted();
    wanted.environment = new LinkedHashMap<>();
    wanted.environment.put("LINES", "one\ntwo\\n");
    wanted.environment.put("EMPTY", "");
    wanted.environment.put("EQUALS", "a=b=");
    wanted.environment.put("WORD", "Grüße 世界");
    wanted.environment.put("LD_PRELOAD", "");
    assertThat(wanted.run("/bin/cat", "/proc/self/environ").exitCode()).isZero();
    assertThat(wanted.output())
        .isEqualTo("LINES=one\ntwo\\n\0EMPTY=\0EQUALS=a=b=\0WORD=Grüße 世界\0LD_PRELOAD=\0");
    wanted.environment = Map.of("A=B", "C");
    assertThatThrownBy(() -> wanted.start("true")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldStartWithNoSignalBlockedOrIgnored() throws Exception {
    Wanted wanted = new Wanted();
    wanted.run("/bin/cat", "/proc/self/status");
    assertThat(wanted.output()).contains("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
  }

  @Test
  void shouldPassArgumentsAsTheyAre() throws Exception {
    Wanted wanted = new Wanted();
    assertThat(wanted.run("printf", "[%s]", "", "a b", "ü\n", "--launch", "--").exitCode())
        .isZero();
    assertThat(wanted.output()).isEqualTo("[][a b][ü\n][--launch][--]");
    assertThat(
            catchThrowableOfType(NotStarted.class, () -> wanted.start("true", "x".repeat(200_000)))
                .exitCode())
        .isEqualTo(NotStarted.NOT_EXECUTABLE);
  }

  @Test
  void shouldTellRefusedCalls() throws Exception {
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    Wanted wanted = new Wanted();
    wanted.settings.addAll(List.of("policy trial", "messages", Jail.refusing(124, 1)));
    String victim = jail().victim.toString();
    Ended ended = wanted.run("sh", "-c", victim + " call 124; " + victim + " call 124");
    assertThat(ended.refused()).containsExactly(Map.entry("getsid", 2L));
    assertThat(wanted.output())
        .contains("-1 1", "jail: getsid(2) is not allowed by policy 'trial'");
    assertThat(wanted.events).anyMatch(line -> line.contains("\"refused\",\"errno\":1"));
  }

  @Test
  void shouldHaveQuestionsAnswered() throws Exception {
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    Wanted wanted = new Wanted();
    wanted.settings.add(Jail.asking(290));
    CallJudge judge =
        asked -> asked.arguments().getFirst() == 7 ? CallAction.Plain.ALLOW : CallAction.refuse(13);
    wanted.questions = new CallQuestions(judge);
    String victim = jail().victim.toString();
    Ended ended = wanted.run("sh", "-c", victim + " call 290 7 0; " + victim + " call 290 8 0");
    assertThat(wanted.output().lines()).containsExactly("3 0", "-1 13");
    assertThat(ended.refused()).containsExactly(Map.entry("eventfd2", 1L));
    wanted.questions = null;
    wanted.run("sh", "-c", victim + " call 290 7 0");
    assertThat(wanted.output().lines()).endsWith("-1 1");
  }

  @Test
  void shouldReadAndWriteThroughPipesOfThisProcess() throws Exception {
    Wanted wanted = new Wanted();
    PipeNames in = PipeNames.open();
    PipeNames out = PipeNames.open();
    wanted.stdin = in.name();
    wanted.stdout = out.name();
    // Its output ends while it runs: nobody else has an end of that pipe, also not the helper,
    // which
    // keeps the standard error alone.
    JailedProgram program = wanted.start("sh", "-c", "read a; echo got $a; exec >&-; read b");
    in.pipe().source().close();
    out.pipe().sink().close();
    in.pipe().sink().write(ByteBuffer.wrap("word\n".getBytes(UTF_8)));
    try (InputStream all = Channels.newInputStream(out.pipe().source())) {
      assertThat(new String(all.readAllBytes(), UTF_8)).isEqualTo("got word\n");
    }
    assertThat(program.ended()).isNotDone();
    in.pipe().sink().close();
    assertThat(program.ended().get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(1);
  }

  @Test
  void shouldSignalTheProgramsGroup() throws Exception {
    Wanted wanted = new Wanted();
    JailedProgram program =
        wanted.start("sh", "-c", "trap 'exit 6' INT; echo ready; while :; do sleep 0.01; done");
    await().until(() -> wanted.output().contains("ready"));
    assertThat(ProcessHandle.of(program.pid()).orElseThrow().parent().orElseThrow().pid())
        .isEqualTo(program.helper());
    assertThat(program.signal(0)).isTrue();
    assertThat(program.signal(2)).isTrue();
    assertThat(program.ended().get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(6);
    assertThat(program.signal(2)).isFalse();
    JailedProgram sleeping = wanted.start("sleep", "1000");
    assertThat(sleeping.signal(9)).isTrue();
    assertThat(sleeping.ended().get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(137);
  }

  @Test
  void shouldEndWhenTheHelperIsKilled() throws Exception {
    Wanted wanted = new Wanted();
    JailedProgram program = wanted.start("sleep", "1000");
    assertThat(Helper.signal(program.helper(), 9)).isTrue();
    assertThat(program.ended().get(30, TimeUnit.SECONDS).exitCode()).isEqualTo(137);
    await().until(() -> ProcessHandle.of(program.pid()).isEmpty());
  }

  @Test
  void shouldGiveATerminalWithJobControl() throws Exception {
    Process terminal = new ProcessBuilder(jail().victim.toString(), "terminal").start();
    try (var shown = terminal.inputReader()) {
      Wanted wanted = new Wanted();
      wanted.settings.add("terminal");
      wanted.stdin = shown.readLine();
      wanted.stdout = wanted.stdin;
      wanted.stderr = wanted.stdin;
      String script =
          ": < /dev/tty && echo tty; set -m; (kill -STOP $BASHPID; exit 6) & wait;"
              + " fg > /dev/null; echo fg=$?";
      assertThat(wanted.run("bash", "-c", script).exitCode()).isZero();
      assertThat(shown.lines()).contains("tty", "fg=6");
    } finally {
      terminal.destroy();
    }
  }

  @Test
  void shouldLeaveNothingBehindAfterManyStarts() throws Exception {
    Wanted wanted = new Wanted();
    wanted.run("true");
    int descriptors = entries("/proc/self/fd");
    List<Long> helpers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      if (i % 10 == 0) {
        assertThatThrownBy(() -> wanted.start("/nonexistent")).isInstanceOf(NotStarted.class);
      } else {
        JailedProgram program = wanted.start("true");
        helpers.add(program.helper());
        assertThat(program.ended().get(30, TimeUnit.SECONDS).exitCode()).isZero();
      }
    }
    assertThat(helpers).noneMatch(helper -> Files.exists(Path.of("/proc/" + helper)));
    assertThat(entries("/proc/self/fd")).isLessThanOrEqualTo(descriptors);
    await()
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("jail-")));
    assertThat(childrenOfThisProcess()).isEmpty();
  }

  @Test
  void shouldLeaveTheJvmsOwnChildrenAlone() throws Exception {
    List<Future<Integer>> codes = new ArrayList<>();
    try (ExecutorService starters = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 80; i++) {
        Wanted wanted = new Wanted();
        int status = i % 100;
        codes.add(
            starters.submit(() ->
                status % 2 == 0
                    ? wanted.run("sh", "-c", "exit " + status).exitCode()
                    : new ProcessBuilder("sh", "-c", "exit " + status).start().waitFor()));
      }
    }
    for (int i = 0; i < codes.size(); i++) {
      assertThat(codes.get(i).get()).isEqualTo(i % 100);
    }
  }

  private static int entries(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(directory))) {
      return (int) entries.count();
    }
  }

  /** Those that run the helper, dead ones included. */
  private static List<String> childrenOfThisProcess() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        for (String child : read(task.resolve("children")).split(" ", -1)) {
          if (!child.isBlank() && read(Path.of("/proc", child, "comm")).startsWith("pk-jail")) {
            found.add(child);
          }
        }
      }
    }
    return found;
  }

  /** Nothing where a thread or a process has ended meanwhile. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
