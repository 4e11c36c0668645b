package org.polykern.jail.nativelib;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How jailed programs start, run and end. */
class JailProcessIT extends InEveryMode {
  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEndAsTheProgramEnds(Mode mode) throws Exception {
    assertThat(jail().run(mode.settings(), List.of("/bin/true")).status()).isZero();
    assertThat(jail().victim(mode.settings(), "exit", 3).status()).isEqualTo(3);
    assertThat(jail().victim(mode.settings(), "die", 11).status()).isEqualTo(139);
    assertThat(jail().victim(mode.settings(), "die", 9).status()).isEqualTo(137);
    assertThat(jail().victim(mode.settings(), "die", 34).status()).isEqualTo(162);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldTellHowTheProgramEnded(Mode mode) throws Exception {
    assertThat(jail().victim(mode.settings(), "exit", 3).event("exit"))
        .contains("\"status\":3", "\"max_rss_kib\":", "\"max_processes\":1", "\"refused\":{}");
    assertThat(jail().victim(mode.settings(), "die", 11).event("exit")).contains("\"signal\":11");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldSayWhyAProgramWasNotStarted(Mode mode) throws Exception {
    Jail.End missing = jail().run(mode.settings(), List.of("/nonexistent/program"));
    assertThat(missing.status()).isEqualTo(127);
    assertThat(missing.event("failed")).contains("\"step\":\"exec\"", "\"errno\":2");
    Jail.End elsewhere = jail().victim(mode.with("cwd /nonexistent"), "exit", 0);
    assertThat(elsewhere.status()).isEqualTo(126);
    assertThat(elsewhere.errors()).contains("step directory");
    assertThat(jail().run(mode.settings(), List.of("/etc/passwd")).status()).isEqualTo(126);
  }

  @Test
  void shouldRefuseAWrongDescriptionWithItsLine() throws Exception {
    Jail.End end = jail().victim(Jail.sameUser("cwd /tmp", "max-proceses 3"), "exit", 0);
    assertThat(end.status()).isEqualTo(125);
    assertThat(end.errors()).contains("line 4", "'max-proceses'");
    assertThat(jail().victim(List.of("pk-jail 2"), "exit", 0).errors()).contains("line 1");
    assertThat(jail().victim(List.of("pk-jail 1", "mode m2"), "exit", 0).errors())
        .contains("user UID GID");
    assertThat(jail().victim(Jail.sameUser("filter 00ff"), "exit", 0).errors())
        .contains("instructions");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldFollowThreadsForksAndExec(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    Jail.End threads = jail().victim(settings, "threads", 200);
    assertThat(threads.output()).isEqualTo("200");
    assertThat(threads.event("exit")).contains("\"max_processes\":1", "\"max_threads\":");
    Jail.End forks = jail().victim(settings, "forks", 300);
    assertThat(forks.output()).isEqualTo("300");
    assertThat(forks.event("exit")).contains("\"max_processes\":2", "\"max_threads\":0");
    assertThat(jail().victim(settings, "vforks", 1000).output()).isEqualTo("1000");
    Jail.End exec = jail().victim(settings, "exec-from-thread", 7);
    assertThat(exec.status()).isEqualTo(7);
    assertThat(exec.event("exit")).contains("\"execs\":1", "\"max_threads\":9");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldLeaveSignalsAndStopsAlone(Mode mode) throws Exception {
    assertThat(jail().victim(mode.settings(), "stop").status()).isEqualTo(5);
    assertThat(jail().victim(mode.settings(), "signal", 10).output()).isEqualTo("10");
    assertThat(jail().victim(mode.settings(), "signal", 45).output()).isEqualTo("45");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldGiveAControllingTerminalWithJobControl(Mode mode) throws Exception {
    Path launch = jail().launch(mode.with("terminal"));
    String script = "set -m; (kill -STOP $BASHPID; exit 6) & wait; fg > /dev/null; echo fg=$?";
    List<String> command =
        List.of(
            jail().victim.toString(),
            "on-terminal",
            jail().directory.resolve("pk-jail").toString());
    List<String> jailed = List.of("--launch", launch.toString(), "--", "/bin/bash", "-c");
    List<String> whole =
        Stream.of(command, jailed, List.of(": < /dev/tty && echo tty; " + script))
            .flatMap(List::stream)
            .toList();
    List<String> way = jail().way(mode.settings());
    Process process =
        new ProcessBuilder(Stream.of(way, whole).flatMap(List::stream).toList())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(output).contains("tty", "fg=6");
    assertThat(process.waitFor()).isZero();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldLeaveNoDaemonBehind(Mode mode) throws Exception {
    Path file = Files.createTempFile(jail().directory, "daemon", "");
    Files.delete(file);
    assertThat(jail().victim(mode.settings(), "daemon", file).status()).isZero();
    long daemon = Long.parseLong(Files.readString(file).strip());
    assertThat(isAlive(daemon)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEndEverythingWhenTheHelperIsKilled(Mode mode) throws Exception {
    Path launch = jail().launch(mode.settings());
    Process process =
        jail()
            .start(
                launch,
                List.of("/bin/sh", "-c", "sleep 1000 & sleep 1001 & echo $$ $!; sleep 1002"));
    Path out = Path.of(launch + ".out");
    await().atMost(SOON).until(() -> Files.readString(out).endsWith("\n"));
    List<String> pids = List.of(Files.readString(out).strip().split(" ", -1));
    process.destroyForcibly().waitFor();
    for (String pid : pids) {
      await().atMost(SOON).until(() -> !isAlive(Long.parseLong(pid)));
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldForwardSignalsAndKillAfterTheGrace(Mode mode) throws Exception {
    String polite = "trap 'echo term; exit 6' TERM; echo ready; while :; do sleep 0.01; done";
    assertThat(signalled(mode.settings(), polite)).isEqualTo(6);
    String deaf = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
    assertThat(signalled(mode.with("grace-ms 200"), deaf)).isEqualTo(137);
  }

  private static int signalled(List<String> settings, String script) throws Exception {
    Path launch = jail().launch(settings);
    Process process = jail().start(launch, List.of("/bin/sh", "-c", script));
    await().atMost(SOON).until(() -> Files.readString(Path.of(launch + ".out")).contains("ready"));
    process.destroy();
    await().atMost(SOON).until(() -> !process.isAlive());
    return process.exitValue();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldHandDownDeclaredDescriptorsOnly(Mode mode) throws Exception {
    String helper = jail().directory.resolve("pk-jail") + " --launch ";
    String listing = " -- /bin/sh -c 'cat <&7; ls /proc/$$/fd'";
    String open = "exec 7</etc/hostname 8</etc/hostname 9</etc/hostname; ";
    Path kept = jail().launch(mode.with("keep 7"));
    String way = String.join(" ", jail().way(mode.settings())) + " ";
    Process process =
        new ProcessBuilder("/bin/bash", "-c", open + way + helper + kept + listing)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(output).contains("\n7\n").doesNotContain("\n8\n", "\n9\n", "cannot");
    Jail.End closed = jail().victim(mode.with("keep 17"), "exit", 0);
    assertThat(closed.status()).isEqualTo(125);
    assertThat(closed.errors()).contains("kept descriptor");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldChangeTheEnvironment(Mode mode) throws Exception {
    List<String> settings =
        mode.with("clear-environment", "set A=1=2", "set B=two\\nlines\\\\", "set C=3", "unset C");
    assertThat(jail().run(settings, List.of("/usr/bin/env")).output())
        .isEqualTo("A=1=2\nB=two\nlines\\");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldSurviveAStormOfThreadsForksSignalsAndExec(Mode mode) throws Exception {
    int seconds = Integer.getInteger("polykern.jail.stress.seconds", 4);
    Jail.End end = jail().victim(mode.with(Jail.filter(counting())), "stress", seconds);
    assertThat(end.status()).isZero();
    // Six threads with one child each: nothing is counted twice and nothing for ever.
    assertThat(end.event("exit")).containsPattern("\"max_processes\":[2-7],\"max_threads\":");
    assertThat(jailedProcesses()).isEmpty();
  }

  @Test
  void shouldSeeTheEndWhereChildrenAreIgnoredByInheritance() throws Exception {
    Path launch = jail().launch(Jail.isRoot() ? Jail.supervised() : Jail.sameUser());
    String command = jail().directory.resolve("pk-jail") + " --launch " + launch + " -- ";
    Process process =
        new ProcessBuilder(
                "/bin/bash", "-c", "trap '' CHLD TERM; exec " + command + jail().victim + " exit 3")
            .start();
    await().atMost(SOON).until(() -> !process.isAlive());
    assertThat(process.exitValue()).isEqualTo(3);
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  /** What still runs the victim. */
  private static List<String> jailedProcesses() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().command())
        .flatMap(Optional::stream)
        .filter(command -> command.startsWith(jail().victim.toString()))
        .toList();
  }
}
