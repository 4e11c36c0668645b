package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.jail.JailMode;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemException;

/** What a jailed session is, with the real runner, where the agent is root. */
abstract class JailContract {
  /** A call that no policy of ours refuses, and what a policy does to it. */
  static final String YIELD = "import os; os.sched_yield(); print('yielded')";

  private static final String NO_YIELD =
      "version: polykern/1\nname: no-yield\nrefused_syscalls: [sched_yield]\n";

  /** SETUID, SETGID and KILL. */
  private static final String THREE = "00000000000000e0";

  private static final String NONE = "0000000000000000";

  @TempDir Path data;
  @TempDir Path policies;
  private AgentFixture agent;

  abstract AgentConfig config(Path data);

  final AgentFixture agent(JailMode mode) {
    agent = new AgentFixture(config(data).withJail(mode, policies, Path.of("")));
    return agent;
  }

  final void operatorWrites(String name, String text) throws IOException {
    Files.writeString(policies.resolve(name), text);
  }

  @AfterEach
  void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void shouldRefuseWithASentenceAndCountIt() {
    var kernel = agent(JailMode.ENFORCE).start();
    var ran =
        agent.run(
            kernel,
            """
            import os
            open('x', 'w').close()
            for i in range(10):
              try: os.chmod('x', 0o4755)
              except PermissionError as e: print(e.errno, end='')
            """);
    assertThat(ran.stdout()).isEqualTo("1111111111");
    assertThat(ran.stderr())
        .containsPattern("jail: f?chmod(at2?)?\\(2\\) is not allowed by policy 'python'");
    assertThat(ran.exitCode()).isZero();
    Awaitility.await()
        .atMost(AgentFixture.LONG)
        .untilAsserted(() -> assertThat(refused(kernel)).contains("current=10,", "chmod"));
    assertThat(agent.run(kernel, "print(6 * 7)").stdout()).isEqualTo("42\n");
  }

  @Test
  void shouldRunEachAsItsUser() throws Exception {
    var kernel = agent(JailMode.ENFORCE).start();
    agent.run(kernel, "pass");
    var users = users(kernel);
    assertThat(users.get("pk-runner")).containsExactly("9002 9002 9002 9001 " + THREE);
    assertThat(users.get("pk-jail")).containsExactly("9002 9002 9002 9001 " + THREE);
    assertThat(users.get("python3")).containsExactly("9001 9001 9001 9001 " + NONE);
  }

  /** By name: real, effective and saved user, real group, permitted capabilities. */
  final Map<String, Set<String>> users(KernelId kernel) throws IOException {
    var found = new TreeMap<String, Set<String>>();
    for (var process : ProcessHandle.allProcesses().toList()) {
      if (!isOf(kernel, process)) {
        continue;
      }
      var status = new TreeMap<String, String[]>();
      try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
        lines.forEach(line -> status.put(line.replaceAll(":.*", ""), line.split("\\s+", -1)));
      }
      var uid = status.get("Uid");
      found
          .computeIfAbsent(name(status.get("Name")[1]), n -> new TreeSet<>())
          .add(
              String.join(
                  " ", uid[1], uid[2], uid[3], status.get("Gid")[1], status.get("CapPrm")[1]));
    }
    return found;
  }

  /** Below a process that has the kernel's mark: the jail's helper has no environment. */
  private static boolean isOf(KernelId kernel, ProcessHandle process) {
    var mark = "\0BACKENDAI_KERNEL_ID=" + kernel + "\0";
    for (var it = Optional.of(process); it.isPresent(); it = it.get().parent()) {
      try {
        var environ = Path.of("/proc/" + it.get().pid() + "/environ");
        if (("\0" + Files.readString(environ, StandardCharsets.ISO_8859_1)).contains(mark)) {
          return true;
        }
      } catch (IOException gone) {
        return false;
      }
    }
    return false;
  }

  private static String name(String comm) {
    return comm.startsWith("python3") ? "python3" : comm;
  }

  @Test
  void shouldKeepProgramsFromTheRunnerAndItsFiles() {
    var kernel = agent(JailMode.ENFORCE).start();
    var ran =
        agent.run(
            kernel,
            """
            import os
            me, others = os.getuid(), 0
            def broken(what, attempt):
              try: attempt()
              except PermissionError: return
              print('allowed:', what)
            for pid in filter(str.isdigit, os.listdir('/proc')):
              proc = '/proc/' + pid + '/'
              try: uid = os.stat(proc).st_uid
              except FileNotFoundError: continue
              if uid == me: continue
              others += 1
              broken('signal ' + pid, lambda: os.kill(int(pid), 0))
              broken('interrupt ' + pid, lambda: os.kill(int(pid), 2))
              broken('environ ' + pid, lambda: open(proc + 'environ').read())
              broken('maps ' + pid, lambda: open(proc + 'maps').read())
              broken('mem ' + pid, lambda: open(proc + 'mem', 'r+b'))
              broken('fd ' + pid, lambda: os.listdir(proc + 'fd'))
              broken('cwd ' + pid, lambda: os.readlink(proc + 'cwd'))
            broken('runner.json', lambda: open('/home/config/runner.json'))
            broken('run', lambda: os.listdir('/run/polykern'))
            print(os.path.exists('/home/config/environ.txt'), others >= 3)
            open('/home/config/environ.txt').close()
            open('/home/config/resource.txt').close()
            import pwd
            print(pwd.getpwuid(9002).pw_name, pwd.getpwuid(me).pw_name)
            """);
    assertThat(ran.stdout()).as(ran.stderr()).isEqualTo("True True\nrunner work\n");
    assertThat(agent.run(kernel, "print('alive')").stdout()).isEqualTo("alive\n");
  }

  @Test
  void shouldTakeTheOperatorsPolicy() throws Exception {
    operatorWrites("python.yml", NO_YIELD);
    var kernel = agent(JailMode.ENFORCE).start();
    var ran = agent.run(kernel, YIELD);
    assertThat(ran.stderr())
        .contains("jail: sched_yield(2) is not allowed by policy 'no-yield'", "PermissionError");
    assertThat(ran.stdout()).isEmpty();
  }

  @Test
  void shouldOnlyTellWhereItWatches() throws Exception {
    operatorWrites("default.yml", NO_YIELD);
    var kernel = agent(JailMode.WATCH).start();
    assertThat(agent.run(kernel, YIELD).stdout()).isEqualTo("yielded\n");
  }

  @Test
  void shouldRunWithoutAJailWhereThereIsNone() throws Exception {
    operatorWrites("default.yml", NO_YIELD);
    var kernel = agent(JailMode.OFF).start();
    var ran = agent.run(kernel, YIELD + "; open('x', 'w').close(); os.chmod('x', 0o4755)");
    assertThat(ran.stdout()).isEqualTo("yielded\n");
    assertThat(ran.stderr()).isEmpty();
    assertThat(users(kernel).get("pk-runner")).containsExactly("9001 9001 9001 9001 " + NONE);
  }

  @Test
  void shouldNotStartWithABrokenPolicy() throws Exception {
    operatorWrites("ruby.yml", "version: polykern/1\nrefused_syscalls: [sokcet]\n");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> agent(JailMode.ENFORCE))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("ruby.yml:2: ")
        .hasMessageContaining("'socket'");
  }

  /** What the last heartbeat says of refused calls. */
  private String refused(KernelId kernel) {
    return agent.heartbeats.stream()
        .flatMap(heartbeat -> heartbeat.kernels().stream())
        .filter(observed -> observed.kernelId().equals(kernel))
        .filter(observed -> observed.state() == KernelState.RUNNING)
        .reduce((earlier, later) -> later)
        .map(observed -> String.valueOf(observed.stats().get("jail_refused")))
        .orElse("");
  }
}
