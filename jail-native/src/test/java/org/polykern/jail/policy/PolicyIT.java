package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.Policy;

/** What policies do to real programs. */
class PolicyIT {
  private static final String CONNECT =
      "import socket; socket.create_connection((\"127.0.0.1\", 80))";

  private static final String BUSY =
      """
      import os, subprocess, sys, threading, tempfile, socket
      threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(8)]
      [t.start() for t in threads]; [t.join() for t in threads]
      assert subprocess.run(["/bin/echo", "child"], capture_output=True).stdout == b"child\\n"
      assert subprocess.run(["sh", "-c", "(exit 3) & wait $!"]).returncode == 3
      with tempfile.TemporaryDirectory() as d:
        open(d + "/f", "w").write("x"); os.chmod(d + "/f", 0o755)
      a, b = socket.socketpair(); a.send(b"1"); b.recv(1)
      s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
      c = socket.create_connection(s.getsockname())
      socket.getaddrinfo("localhost", 80)
      print("all done")
      """;

  @TempDir private Path directory;

  @Test
  void shouldDenyTheNetworkAndSayWhy() throws Exception {
    JailedRun run = python("deny-net", CONNECT);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors())
        .contains("jail: socket(2) is not allowed by policy 'deny-net'")
        .contains("PermissionError");
    assertThat(run.events()).anyMatch(event -> event.contains("\"refused\":{\"socket\":"));
    assertThat(python("deny-net", "import socket; socket.socketpair(); print(1)").output())
        .isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "language"})
  void shouldLetOrdinaryProgramsRun(String policy) throws Exception {
    JailedRun run = python(policy, BUSY);
    assertThat(run.errors()).isEmpty();
    assertThat(run.output()).isEqualTo("all done");
    assertThat(run.status()).isZero();
  }

  @Test
  void shouldRefuseTheTableOfTheBuiltInPolicy() throws Exception {
    JailedRun run =
        python(
            "default",
            """
            import ctypes, errno, os
            c = ctypes.CDLL(None, use_errno=True)
            def call(*a):
              return 0 if c.syscall(*a) >= 0 else errno.errorcode[ctypes.get_errno()]
            # mount, ptrace, bpf, io_uring_setup, userfaultfd, keyctl, clone3, unshare, personality
            print(call(165, 0, 0, 0, 0, 0), call(101, 0, 0, 0, 0), call(321, 0, 0, 0),
                  call(425, 1, 0), call(323, 0), call(250, 0, 0, 0), call(435, 0, 0),
                  call(272, 0x10000000), call(135, 0x40000), call(999), call(41, 40, 1, 0))
            """);
    assertThat(run.output())
        .isEqualTo("EPERM EPERM EPERM EPERM EPERM EPERM ENOSYS EPERM EPERM ENOSYS EAFNOSUPPORT");
    assertThat(run.errors()).contains("jail: mount(2) is not allowed by policy 'default'");
    assertThat(run.errors()).doesNotContain("clone3");
  }

  @Test
  void shouldKeepPathsAndCounts() throws Exception {
    Policy policy =
        PolicyFile.read(
                "narrow.yml",
                """
                version: polykern/1
                limits: {processes: 1}
                paths:
                  read: [/usr, /lib, /lib64, /etc/ld.so.cache, /etc/alternatives]
                  write: [/dev/null]
                cwd: /usr
                """)
            .policy();
    JailedRun run =
        JailedRun.of(
            directory,
            policy,
            false,
            "python3",
            "-S",
            "-c",
            """
            import os
            def tried(f):
              try: f(); return "yes"
              except OSError as e: return type(e).__name__
            print(os.getcwd(), tried(lambda: open("/etc/passwd")), tried(lambda: open("/dev/null", "w")),
                  tried(lambda: open("/tmp/new", "w")), tried(lambda: os.symlink("/etc", "/tmp/x")),
                  tried(os.fork))
            """);
    assertThat(run.errors()).contains("jail: clone(2) is above a limit of policy 'narrow'");
    assertThat(run.output())
        .isEqualTo("/usr PermissionError yes PermissionError PermissionError BlockingIOError");
  }

  /** Everything a program does, recorded; then nothing else is allowed. */
  @Test
  void shouldRunUnderThePolicyThatWasLearnt() throws Exception {
    Policy nothing =
        PolicyFile.read("none.yml", "version: polykern/1\nunlisted_syscalls: refuse\n").policy();
    String program = "import threading, subprocess; subprocess.run(['true'], check=True); print(2)";
    JailedRun watched = JailedRun.of(directory, nothing, true, "python3", "-c", program);
    assertThat(watched.output()).isEqualTo("2");
    WatchSummary.Learned learned =
        WatchSummary.read("events", watched.events()).learn("learnt", nothing);
    String file = PolicyWriter.write(learned.policy(), learned.comments());
    Policy policy = PolicyFile.read("learnt.yml", file).policy();
    assertThat(policy.allowed()).contains("openat", "mmap").doesNotContain("sync", "socket");

    JailedRun again = JailedRun.of(directory, policy, false, "python3", "-c", program);
    assertThat(again.errors()).isEmpty();
    assertThat(again.output()).isEqualTo("2");
    JailedRun other =
        JailedRun.of(directory, policy, false, "python3", "-c", "import os; os.sync(); print(3)");
    assertThat(other.errors()).contains("jail: sync(2) is not allowed by policy 'learnt'");
  }

  @Test
  void shouldAskTheJudgeAboutTracedCalls() throws Exception {
    Policy policy =
        PolicyFile.read("asking.yml", "version: polykern/1\ntraced_syscalls: [socket]\n").policy();
    String program =
        """
        import socket
        for family in (socket.AF_UNIX, socket.AF_INET):
          try: socket.socket(family); print("yes")
          except OSError as e: print(e.errno)
        """;
    JailedRun judged =
        JailedRun.judged(
            directory,
            policy,
            call ->
                call.arguments().getFirst() == 1 ? CallAction.Plain.ALLOW : CallAction.refuse(13),
            "python3",
            "-c",
            program);
    assertThat(judged.output()).isEqualTo("yes\n13");
    assertThat(judged.errors()).isEqualTo("jail: socket(2) is not allowed by policy 'asking'");
    JailedRun alone = JailedRun.of(directory, policy, false, "python3", "-c", program);
    assertThat(alone.output()).isEqualTo("1\n1");
  }

  @Test
  void shouldProtectTheHelperWhereItIsTheSameUser() throws Exception {
    Containment sameUser = new Containment.SameUser(List.of(1), List.of(1));
    Policy shipped = ShippedPolicies.ofLanguage("python");
    JailedRun busy = JailedRun.of(directory, shipped, sameUser, false, "python3", "-c", BUSY);
    assertThat(busy.errors()).isEmpty();
    assertThat(busy.output()).isEqualTo("all done");
    JailedRun attack =
        JailedRun.of(
            directory,
            shipped,
            sameUser,
            false,
            "python3",
            "-c",
            """
            import os, resource
            def tried(f):
              try: f(); return "yes"
              except OSError as e: return type(e).__name__
            helper = os.getppid()
            print(tried(lambda: os.kill(helper, 9)), tried(lambda: os.kill(-1, 9)),
                  tried(lambda: os.kill(1, 0)), tried(lambda: os.sched_setaffinity(helper, {0})),
                  tried(lambda: os.setpriority(os.PRIO_USER, 0, 19)),
                  tried(lambda: resource.prlimit(helper, resource.RLIMIT_NOFILE, (3, 3))),
                  tried(lambda: os.pidfd_open(helper)), tried(lambda: os.kill(os.getpid(), 0)))
            """);
    assertThat(attack.output()).isEqualTo("PermissionError ".repeat(7) + "yes");
    assertThat(attack.status()).isZero();
  }

  private JailedRun python(String policy, String text) throws IOException, InterruptedException {
    Policy shipped = ShippedPolicies.named(policy).orElseThrow();
    List<String> command = List.of("python3", "-c", text);
    return JailedRun.of(directory, shipped, false, command.toArray(String[]::new));
  }
}
