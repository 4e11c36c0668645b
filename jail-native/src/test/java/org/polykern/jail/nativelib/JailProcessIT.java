package org.polykern.jail.nativelib;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The helper with real processes, in both modes where the machine lets us. */
class JailProcessIT {
  private static final int EPERM = 1;
  private static final int EAGAIN = 11;
  private static final int FORK = 57;
  private static final int VFORK = 58;
  private static final int CLONE = 56;
  private static final int CLONE3 = 435;
  private static final int GETPPID = 110;
  private static final int GETSID = 124;
  private static final int SOCKET = 41;
  private static final int EXECVE = 59;
  private static final Duration SOON = Duration.ofSeconds(10);

  private static Jail jail;

  /** Settings of one mode, to which a test adds. */
  record Mode(String name, List<String> settings) {
    List<String> with(String... more) {
      return Stream.concat(settings.stream(), Stream.of(more)).toList();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mode> modes() {
    Mode same = new Mode("m1", Jail.sameUser());
    return Jail.isRoot() ? Stream.of(new Mode("m2", Jail.supervised()), same) : Stream.of(same);
  }

  @BeforeAll
  static void makeJail() throws IOException, InterruptedException {
    // The numbers below are those of x86-64.
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    jail = new Jail();
  }

  @AfterAll
  static void removeJail() throws IOException {
    if (jail != null) {
      jail.close();
    }
  }

  /** Creation is counted and clone3 looks absent, as in every real policy. */
  private static Rules counting() {
    return Rules.upTo(469)
        .add(FORK, Rules.count())
        .add(VFORK, Rules.count())
        .add(CLONE, Rules.count())
        .add(CLONE3, Rules.ENOSYS);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEndAsTheProgramEnds(Mode mode) throws Exception {
    assertThat(jail.run(mode.settings, List.of("/bin/true")).status()).isZero();
    assertThat(jail.victim(mode.settings, "exit", 3).status()).isEqualTo(3);
    assertThat(jail.victim(mode.settings, "die", 11).status()).isEqualTo(139);
    assertThat(jail.victim(mode.settings, "die", 9).status()).isEqualTo(137);
    assertThat(jail.victim(mode.settings, "die", 34).status()).isEqualTo(162);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldTellHowTheProgramEnded(Mode mode) throws Exception {
    assertThat(jail.victim(mode.settings, "exit", 3).event("exit"))
        .contains("\"status\":3", "\"max_rss_kib\":", "\"max_processes\":1", "\"refused\":{}");
    assertThat(jail.victim(mode.settings, "die", 11).event("exit")).contains("\"signal\":11");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldSayWhyAProgramWasNotStarted(Mode mode) throws Exception {
    Jail.End missing = jail.run(mode.settings, List.of("/nonexistent/program"));
    assertThat(missing.status()).isEqualTo(127);
    assertThat(missing.event("failed")).contains("\"step\":\"exec\"", "\"errno\":2");
    Jail.End elsewhere = jail.victim(mode.with("cwd /nonexistent"), "exit", 0);
    assertThat(elsewhere.status()).isEqualTo(126);
    assertThat(elsewhere.errors()).contains("step directory");
    assertThat(jail.run(mode.settings, List.of("/etc/passwd")).status()).isEqualTo(126);
  }

  @Test
  void shouldRefuseAWrongDescriptionWithItsLine() throws Exception {
    Jail.End end = jail.victim(Jail.sameUser("cwd /tmp", "max-proceses 3"), "exit", 0);
    assertThat(end.status()).isEqualTo(125);
    assertThat(end.errors()).contains("line 4", "'max-proceses'");
    assertThat(jail.victim(List.of("pk-jail 2"), "exit", 0).errors()).contains("line 1");
    assertThat(jail.victim(List.of("pk-jail 1", "mode m2"), "exit", 0).errors())
        .contains("user UID GID");
    assertThat(jail.victim(Jail.sameUser("filter 00ff"), "exit", 0).errors())
        .contains("instructions");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldFollowThreadsForksAndExec(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    Jail.End threads = jail.victim(settings, "threads", 200);
    assertThat(threads.output()).isEqualTo("200");
    assertThat(threads.event("exit")).contains("\"max_processes\":1", "\"max_threads\":");
    Jail.End forks = jail.victim(settings, "forks", 300);
    assertThat(forks.output()).isEqualTo("300");
    assertThat(forks.event("exit")).contains("\"max_processes\":2", "\"max_threads\":0");
    assertThat(jail.victim(settings, "vforks", 1000).output()).isEqualTo("1000");
    Jail.End exec = jail.victim(settings, "exec-from-thread", 7);
    assertThat(exec.status()).isEqualTo(7);
    assertThat(exec.event("exit")).contains("\"execs\":1", "\"max_threads\":9");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldLeaveSignalsAndStopsAlone(Mode mode) throws Exception {
    assertThat(jail.victim(mode.settings, "stop").status()).isEqualTo(5);
    assertThat(jail.victim(mode.settings, "signal", 10).output()).isEqualTo("10");
    assertThat(jail.victim(mode.settings, "signal", 45).output()).isEqualTo("45");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseCreationAboveTheLimits(Mode mode) throws Exception {
    List<String> settings =
        mode.with(Jail.filter(counting()), "max-processes 5", "max-threads 7", "messages");
    Jail.End forks = jail.victim(settings, "fork-bomb", 100);
    assertThat(forks.output()).isEqualTo("4 " + EAGAIN);
    assertThat(forks.event("exit")).contains("\"max_processes\":5");
    assertThat(forks.errors()).contains("is above a limit of policy 'unnamed'");
    Jail.End threads = jail.victim(settings, "thread-bomb", 100);
    assertThat(threads.output()).isEqualTo("7 " + EAGAIN);
    assertThat(jail.victim(settings, "forks", 50).output()).isEqualTo("50");
    assertThat(jail.victim(settings, "threads", 5).output()).isEqualTo("5");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseCreationsAboveTheirNumber(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()), "max-creations 3");
    assertThat(jail.victim(settings, "forks", 5).output()).isEqualTo("3");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseProgramsAboveTheLimit(Mode mode) throws Exception {
    List<String> settings =
        mode.with(Jail.filter(counting().add(EXECVE, Rules.count())), "max-execs 1");
    Jail.End end = jail.run(settings, List.of("/bin/sh", "-c", "/bin/true && /bin/true; echo $?"));
    assertThat(end.output()).isEqualTo("126");
    assertThat(end.event("refused")).contains("\"call\":\"execve\"", "\"errno\":1");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldReportARefusedCallOnce(Mode mode) throws Exception {
    Rules rules =
        counting()
            .add(SOCKET, Rules.refuse(97), new Rules.Argument(0, 32, 0, 40, 0))
            .add(GETSID, Rules.refuse(EPERM));
    List<String> settings = mode.with(Jail.filter(rules), "policy trial", "messages");
    Jail.End socket = jail.victim(settings, "call", SOCKET, 40, 1, 0);
    assertThat(socket.output()).isEqualTo("-1 97");
    assertThat(socket.errors()).isEqualTo("jail: socket(2) is not allowed by policy 'trial'");
    assertThat(socket.event("refused"))
        .contains("\"call\":\"socket\"", "\"errno\":97", "\"args\":[\"0x28\",\"0x1\",\"0x0\"]")
        .contains("\"program\":\"victim\"");
    assertThat(socket.event("exit")).contains("\"refused\":{\"socket\":1}");
    assertThat(jail.victim(settings, "call", SOCKET, 1, 1, 0).output()).isEqualTo("3 0");
    Jail.End loop =
        jail.run(
            settings,
            List.of("/bin/sh", "-c", "for i in 1 2 3 4 5; do " + jail.victim + " call 124; done"));
    assertThat(loop.errors()).isEqualTo("jail: getsid(2) is not allowed by policy 'trial'");
    assertThat(loop.events().stream().filter(event -> event.contains("\"refused\",")).count())
        .isEqualTo(1);
    assertThat(loop.event("exit")).contains("\"getsid\":5");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldOnlyWatchWhenAsked(Mode mode) throws Exception {
    Rules rules = counting().add(SOCKET, Rules.watch());
    List<String> settings = mode.with(Jail.filter(rules), "watch", "max-processes 2");
    Jail.End end = jail.victim(settings, "call", SOCKET, 1, 1, 0);
    assertThat(end.output()).isEqualTo("3 0");
    assertThat(end.event("watched")).contains("\"call\":\"socket\"", "\"errno\":1");
    assertThat(end.event("use"))
        .contains("\"program\":\"victim\"", "\"call\":\"socket\"", "\"count\":1");
    Jail.End forks = jail.victim(settings, "fork-bomb", 10);
    assertThat(forks.output()).isEqualTo("10 0");
    assertThat(forks.event("exit")).contains("\"max_processes\":11");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldKillAForeignEntryAndDenyX32(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    assertThat(jail.victim(settings, "old-entry").status()).isEqualTo(128 + 31);
    assertThat(jail.victim(settings, "call", 0x40000000 | GETPPID).output()).isEqualTo("-1 38");
    assertThat(jail.victim(settings, "call", 999).output()).isEqualTo("-1 38");
    assertThat(jail.victim(settings, "call", -1).output()).isEqualTo("-1 38");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseAChildThatWouldLeaveTheJail(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    int untraced = 0x00800000 | 17;
    assertThat(jail.victim(settings, "call", CLONE, untraced).output()).isEqualTo("-1 " + EPERM);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldNotBelieveTheDataOfAFilterOfTheProgram(Mode mode) throws Exception {
    Rules rules = counting().add(GETSID, Rules.refuse(EPERM)).add(EXECVE, Rules.count());
    List<String> settings = mode.with(Jail.filter(rules), "max-processes 5");
    for (int data : new int[] {0, 1, 9, 0x1000, 0x1002, 4242, 0xFFFF}) {
      assertThat(jail.victim(settings, "own-filter", GETSID, data).output())
          .as("refused call, data %d", data)
          .isEqualTo("-1 " + EPERM);
      assertThat(jail.victim(settings, "own-filter", CLONE, data, 50).output())
          .as("counted call, data %d", data)
          .isEqualTo("4 " + EAGAIN);
      assertThat(jail.victim(settings, "own-filter", GETPPID, data).output())
          .as("allowed call, data %d", data)
          .endsWith(" 0");
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldGiveAControllingTerminalWithJobControl(Mode mode) throws Exception {
    Path launch = jail.launch(mode.with("terminal"));
    String script = "set -m; (kill -STOP $BASHPID; exit 6) & wait; fg > /dev/null; echo fg=$?";
    List<String> command =
        List.of(
            jail.victim.toString(), "on-terminal", jail.directory.resolve("pk-jail").toString());
    List<String> jailed = List.of("--launch", launch.toString(), "--", "/bin/bash", "-c");
    List<String> whole =
        Stream.of(command, jailed, List.of(": < /dev/tty && echo tty; " + script))
            .flatMap(List::stream)
            .toList();
    Process process = new ProcessBuilder(asUser(mode, whole)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(output).contains("tty", "fg=6");
    assertThat(process.waitFor()).isZero();
  }

  /** In mode m1 the helper itself must not be root. */
  private static List<String> asUser(Mode mode, List<String> command) {
    if (!Jail.isRoot() || mode.name.equals("m2")) {
      return command;
    }
    String user = Integer.toString(Jail.USER);
    List<String> drop = List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups");
    return Stream.of(drop, command).flatMap(List::stream).toList();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldLeaveNoDaemonBehind(Mode mode) throws Exception {
    Path file = Files.createTempFile(jail.directory, "daemon", "");
    Files.delete(file);
    assertThat(jail.victim(mode.settings, "daemon", file).status()).isZero();
    long daemon = Long.parseLong(Files.readString(file).strip());
    assertThat(isAlive(daemon)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEndEverythingWhenTheHelperIsKilled(Mode mode) throws Exception {
    Path launch = jail.launch(mode.settings);
    Process process =
        jail.start(
            launch, List.of("/bin/sh", "-c", "sleep 1000 & sleep 1001 & echo $$ $!; sleep 1002"));
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
    assertThat(signalled(mode.settings, polite)).isEqualTo(6);
    String deaf = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
    assertThat(signalled(mode.with("grace-ms 200"), deaf)).isEqualTo(137);
  }

  private static int signalled(List<String> settings, String script) throws Exception {
    Path launch = jail.launch(settings);
    Process process = jail.start(launch, List.of("/bin/sh", "-c", script));
    await().atMost(SOON).until(() -> Files.readString(Path.of(launch + ".out")).contains("ready"));
    process.destroy();
    await().atMost(SOON).until(() -> !process.isAlive());
    return process.exitValue();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldKeepTheHelperOutOfReach(Mode mode) throws Exception {
    String script =
        "helper=$(sed -n 's/^TracerPid:\t//p' /proc/self/status); kill -9 $helper; kill -STOP $helper;"
            + " (: < /proc/$helper/mem) && echo mem; (: < /proc/$helper/environ) && echo environ;"
            + " echo alive";
    Jail.End end = jail.run(mode.with(Jail.filter(counting())), List.of("/bin/bash", "-c", script));
    assertThat(end.output()).isEqualTo("alive");
    assertThat(end.status()).isZero();
  }

  @Test
  void shouldProtectNamedProcessesInModeM1() throws Exception {
    long self = ProcessHandle.current().pid();
    List<String> settings = Jail.sameUser("protect " + self, Jail.filter(counting()));
    for (Object[] call :
        List.of(
            new Object[] {"call", 62, self, 0}, // kill
            new Object[] {"call", 62, -1, 0},
            new Object[] {"call", 200, self, 0}, // tkill
            new Object[] {"call", 234, self, self, 0}, // tgkill
            new Object[] {"call", 129, self, 0, 0}, // rt_sigqueueinfo
            new Object[] {"call", 434, self, 0}, // pidfd_open
            new Object[] {"call", 424, 5, 9, 0, 0}, // pidfd_send_signal
            new Object[] {"call", 302, self, 7, 0, 0}, // prlimit64
            new Object[] {"call", 203, self, 8, 0}, // sched_setaffinity
            new Object[] {"call", 141, 0, self, 5}, // setpriority
            new Object[] {"call", 72, 0, 10, 9}, // fcntl F_SETSIG
            new Object[] {"call", 72, 0, 8, self})) { // fcntl F_SETOWN
      assertThat(jail.victim(settings, call).output())
          .as("call %s", call[1])
          .isEqualTo("-1 " + EPERM);
    }
    assertThat(jail.victim(settings, "signal", 10).output()).isEqualTo("10");
  }

  @Test
  void shouldDropEveryPrivilegeInModeM2() throws Exception {
    assumeTrue(Jail.isRoot());
    Jail.End end = jail.run(Jail.supervised(), List.of("/bin/cat", "/proc/self/status"));
    String user = Integer.toString(Jail.USER);
    assertThat(end.output())
        .contains("Uid:\t" + String.join("\t", user, user, user, user))
        .contains("Gid:\t" + String.join("\t", user, user, user, user))
        .contains("CapBnd:\t0000000000000000", "CapEff:\t0000000000000000")
        .contains("NoNewPrivs:\t1");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEnforcePathsOnResolvedObjects(Mode mode) throws Exception {
    assumeTrue(JailNative.probe().landlockAbi() > 0);
    Path open = Files.createDirectory(jail.directory.resolve("open-" + mode.name));
    Path shut = Files.createDirectory(jail.directory.resolve("shut-" + mode.name));
    Files.writeString(open.resolve("file"), "open");
    Files.writeString(shut.resolve("file"), "shut");
    Files.createSymbolicLink(open.resolve("link"), shut.resolve("file"));
    List<String> settings =
        mode.with(
            "restrict rx",
            "path rx /usr",
            "path rx /lib",
            "path rx /lib64",
            "path rx /bin",
            "path r /etc",
            "path r /dev",
            "path r " + open);
    String script = "cat " + open + "/file; cat " + shut + "/file " + open + "/link; echo $?";
    Jail.End end = jail.run(settings, List.of("/bin/sh", "-c", script));
    assertThat(end.output()).isEqualTo("open1");
    assertThat(end.errors()).contains("Permission denied").doesNotContain("pk-jail");
    assertThat(jail.victim(settings, "exit", 0).status()).isEqualTo(126);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldHandDownDeclaredDescriptorsOnly(Mode mode) throws Exception {
    String helper = jail.directory.resolve("pk-jail") + " --launch ";
    String listing = " -- /bin/sh -c 'cat <&7; ls /proc/$$/fd'";
    String open = "exec 7</etc/hostname 8</etc/hostname 9</etc/hostname; ";
    Path kept = jail.launch(Jail.isRoot() ? Jail.supervised("keep 7") : Jail.sameUser("keep 7"));
    Process process =
        new ProcessBuilder("/bin/bash", "-c", open + helper + kept + listing)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(output).contains("\n7\n").doesNotContain("\n8\n", "\n9\n", "cannot");
    Jail.End closed = jail.victim(mode.with("keep 17"), "exit", 0);
    assertThat(closed.status()).isEqualTo(125);
    assertThat(closed.errors()).contains("kept descriptor");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldChangeTheEnvironment(Mode mode) throws Exception {
    List<String> settings =
        mode.with("clear-environment", "set A=1=2", "set B=two\\nlines\\\\", "set C=3", "unset C");
    assertThat(jail.run(settings, List.of("/usr/bin/env")).output())
        .isEqualTo("A=1=2\nB=two\nlines\\");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldSurviveAStormOfThreadsForksSignalsAndExec(Mode mode) throws Exception {
    int seconds = Integer.getInteger("polykern.jail.stress.seconds", 4);
    Jail.End end = jail.victim(mode.with(Jail.filter(counting())), "stress", seconds);
    assertThat(end.status()).isZero();
    // Six threads with one child each: nothing is counted twice and nothing for ever.
    assertThat(end.event("exit")).containsPattern("\"max_processes\":[2-7],\"max_threads\":");
    assertThat(jailedProcesses()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseAJailInAJail(Mode mode) throws Exception {
    Path inner = jail.launch(Jail.sameUser());
    Rules rules = counting().add(101, Rules.errno(EPERM)); // ptrace
    Jail.End end =
        jail.run(
            mode.with(Jail.filter(rules)),
            List.of(
                jail.directory.resolve("pk-jail").toString(),
                "--launch",
                inner.toString(),
                "--",
                "/bin/true"));
    assertThat(end.status()).isEqualTo(125);
    assertThat(end.errors()).contains("inside another jail?");
  }

  @Test
  void shouldSeeTheEndWhereChildrenAreIgnoredByInheritance() throws Exception {
    Path launch = jail.launch(Jail.isRoot() ? Jail.supervised() : Jail.sameUser());
    String command = jail.directory.resolve("pk-jail") + " --launch " + launch + " -- ";
    Process process =
        new ProcessBuilder(
                "/bin/bash", "-c", "trap '' CHLD TERM; exec " + command + jail.victim + " exit 3")
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
        .filter(command -> command.startsWith(jail.victim.toString()))
        .toList();
  }
}
