package org.polykern.jail.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What jailed programs may not do, and what is said about it. */
class JailRefusalIT extends InEveryMode {
  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseCreationAboveTheLimits(Mode mode) throws Exception {
    List<String> settings =
        mode.with(Jail.filter(counting()), "max-processes 5", "max-threads 7", "messages");
    Jail.End forks = jail().victim(settings, "fork-bomb", 100);
    assertThat(forks.output()).isEqualTo("4 " + EAGAIN);
    assertThat(forks.event("exit")).contains("\"max_processes\":5");
    assertThat(forks.errors()).contains("is above a limit of policy 'unnamed'");
    Jail.End threads = jail().victim(settings, "thread-bomb", 100);
    assertThat(threads.output()).isEqualTo("7 " + EAGAIN);
    assertThat(jail().victim(settings, "forks", 50).output()).isEqualTo("50");
    assertThat(jail().victim(settings, "threads", 5).output()).isEqualTo("5");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseCreationsAboveTheirNumber(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()), "max-creations 3");
    assertThat(jail().victim(settings, "forks", 5).output()).isEqualTo("3");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseProgramsAboveTheLimit(Mode mode) throws Exception {
    List<String> settings =
        mode.with(Jail.filter(counting().add(EXECVE, Rules.count())), "max-execs 1");
    Jail.End end =
        jail().run(settings, List.of("/bin/sh", "-c", "/bin/true && /bin/true; echo $?"));
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
    Jail.End socket = jail().victim(settings, "call", SOCKET, 40, 1, 0);
    assertThat(socket.output()).isEqualTo("-1 97");
    assertThat(socket.errors()).isEqualTo("jail: socket(2) is not allowed by policy 'trial'");
    assertThat(socket.event("refused"))
        .contains("\"call\":\"socket\"", "\"errno\":97", "\"args\":[\"0x28\",\"0x1\",\"0x0\"]")
        .contains("\"program\":\"victim\"");
    assertThat(socket.event("exit")).contains("\"refused\":{\"socket\":1}");
    assertThat(jail().victim(settings, "call", SOCKET, 1, 1, 0).output()).isEqualTo("3 0");
    Jail.End loop =
        jail()
            .run(
                settings,
                List.of(
                    "/bin/sh",
                    "-c",
                    "for i in 1 2 3 4 5; do " + jail().victim + " call 124; done"));
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
    Jail.End end = jail().victim(settings, "call", SOCKET, 1, 1, 0);
    assertThat(end.output()).isEqualTo("3 0");
    assertThat(end.event("watched")).contains("\"call\":\"socket\"", "\"errno\":1");
    assertThat(end.event("use"))
        .contains("\"program\":\"victim\"", "\"call\":\"socket\"", "\"count\":1");
    Jail.End forks = jail().victim(settings, "fork-bomb", 10);
    assertThat(forks.output()).isEqualTo("10 0");
    assertThat(forks.event("exit")).contains("\"max_processes\":11");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldKillAForeignEntryAndDenyX32(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    assertThat(jail().victim(settings, "old-entry").status()).isEqualTo(128 + 31);
    assertThat(jail().victim(settings, "call", 0x40000000 | GETPPID).output()).isEqualTo("-1 38");
    assertThat(jail().victim(settings, "call", 999).output()).isEqualTo("-1 38");
    assertThat(jail().victim(settings, "call", -1).output()).isEqualTo("-1 38");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseAChildThatWouldLeaveTheJail(Mode mode) throws Exception {
    List<String> settings = mode.with(Jail.filter(counting()));
    int untraced = 0x00800000 | 17;
    assertThat(jail().victim(settings, "call", CLONE, untraced).output()).isEqualTo("-1 " + EPERM);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldNotBelieveTheDataOfAFilterOfTheProgram(Mode mode) throws Exception {
    Rules rules = counting().add(GETSID, Rules.refuse(EPERM)).add(EXECVE, Rules.count());
    List<String> settings = mode.with(Jail.filter(rules), "max-processes 5");
    for (int data : new int[] {0, 1, 9, 0x1000, 0x1002, 4242, 0xFFFF}) {
      assertThat(jail().victim(settings, "own-filter", GETSID, data).output())
          .as("refused call, data %d", data)
          .isEqualTo("-1 " + EPERM);
      assertThat(jail().victim(settings, "own-filter", CLONE, data, 50).output())
          .as("counted call, data %d", data)
          .isEqualTo("4 " + EAGAIN);
      assertThat(jail().victim(settings, "own-filter", GETPPID, data).output())
          .as("allowed call, data %d", data)
          .endsWith(" 0");
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldKeepTheHelperOutOfReach(Mode mode) throws Exception {
    String script =
        "helper=$(sed -n 's/^TracerPid:\t//p' /proc/self/status); kill -9 $helper; kill -STOP $helper;"
            + " (: < /proc/$helper/mem) && echo mem; (: < /proc/$helper/environ) && echo environ;"
            + " (: > /proc/$helper/mem) && echo write; ls /proc/$helper/fd && echo fd;"
            + " prlimit --pid $helper --nofile=5:5 && echo prlimit;"
            + " renice -n 5 -p $helper && echo renice; taskset -p 1 $helper > /dev/null && echo taskset;"
            + " [ -n \"$helper\" ] && echo alive";
    Jail.End end =
        jail().run(mode.with(Jail.filter(counting())), List.of("/bin/bash", "-c", script));
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
      assertThat(jail().victim(settings, call).output())
          .as("call %s", call[1])
          .isEqualTo("-1 " + EPERM);
    }
    assertThat(jail().victim(settings, "signal", 10).output()).isEqualTo("10");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldDropEveryPrivilege(Mode mode) throws Exception {
    Jail.End end = jail().run(mode.settings(), List.of("/bin/cat", "/proc/self/status"));
    assertThat(end.output())
        .contains("CapInh:\t0000000000000000", "CapPrm:\t0000000000000000")
        .contains("CapEff:\t0000000000000000", "CapAmb:\t0000000000000000")
        .contains("NoNewPrivs:\t1");
    if (Jail.isRoot()) {
      String user = Integer.toString(Jail.USER);
      assertThat(end.output())
          .contains("Uid:\t" + String.join("\t", user, user, user, user))
          .contains("Gid:\t" + String.join("\t", user, user, user, user));
    }
    if (mode.name().equals("m2-root")) {
      assertThat(end.output()).contains("CapBnd:\t0000000000000000");
    }
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldEnforcePathsOnResolvedObjects(Mode mode) throws Exception {
    assumeTrue(JailNative.probe().landlockAbi() > 0);
    Path open = Files.createDirectory(jail().directory.resolve("open-" + mode.name()));
    Path shut = Files.createDirectory(jail().directory.resolve("shut-" + mode.name()));
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
    Jail.End end = jail().run(settings, List.of("/bin/sh", "-c", script));
    assertThat(end.output()).isEqualTo("open1");
    assertThat(end.errors()).contains("Permission denied").doesNotContain("pk-jail");
    assertThat(jail().victim(settings, "exit", 0).status()).isEqualTo(126);
  }

  /** The rule names what only the program's user may reach. */
  @ParameterizedTest
  @MethodSource("modes")
  void shouldFindPathsAsTheUser(Mode mode) throws Exception {
    assumeTrue(JailNative.probe().landlockAbi() > 0);
    Path home = Files.createDirectory(jail().directory.resolve("home-" + mode.name()));
    Path file = Files.writeString(Files.createDirectory(home.resolve("sub")).resolve("f"), "read");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    if (Jail.isRoot()) {
      Files.setAttribute(home, "unix:uid", Jail.USER);
    }
    List<String> settings =
        mode.with("restrict r", "path r /usr", "path r /lib", "path r /lib64", "path r /etc");
    List<String> cat = List.of("/bin/cat", file.toString());
    assertThat(jail().run(settings, cat).status()).isEqualTo(1);
    List<String> more = new java.util.ArrayList<>(settings);
    more.add("path r " + home.resolve("sub"));
    assertThat(jail().run(more, cat).output()).isEqualTo("read");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldRefuseAJailInAJail(Mode mode) throws Exception {
    Path inner = jail().launch(Jail.sameUser());
    Rules rules = counting().add(PTRACE, Rules.errno(EPERM));
    Jail.End end =
        jail()
            .run(
                mode.with(Jail.filter(rules)),
                List.of(
                    jail().directory.resolve("pk-jail").toString(),
                    "--launch",
                    inner.toString(),
                    "--",
                    "/bin/true"));
    assertThat(end.status()).isEqualTo(125);
    assertThat(end.errors()).contains("inside another jail?");
  }
}
