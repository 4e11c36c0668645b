package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** What every backend must do, with the real runner. */
abstract class KernelContract {
  @TempDir Path data;
  private AgentFixture agent;

  abstract AgentConfig config(Path data);

  /** Ends the runner as somebody from outside would. */
  abstract void killRunner(AgentFixture agent, KernelId kernel) throws Exception;

  /** What is left of this agent's kernels on the machine: processes, containers, groups. */
  abstract String leftovers(AgentFixture agent, KernelId kernel) throws Exception;

  private AgentFixture agent() {
    if (agent == null) {
      agent = new AgentFixture(config(data));
    }
    return agent;
  }

  @AfterEach
  void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  @Test
  void shouldRunCodeAndKeepItsGlobals() {
    var kernel = agent().start();
    assertThat(agent.run(kernel, "a = 6").exitCode()).isZero();
    assertThat(agent.run(kernel, "print(a * 7)").stdout()).isEqualTo("42\n");
    assertThat(agent.run(kernel, "import os; print(repr(os.environ['GREETING']))").stdout())
        .isEqualTo("'hello\\nworld'\n");
    assertThat(
            agent.run(kernel, "import os, getpass; print(os.getcwd(), getpass.getuser())").stdout())
        .endsWith("work\n");
    agent.stopAndWait(kernel);
    assertThat(agent.states.get(kernel).reason()).isEqualTo("user-requested");
    assertThat(agent.order)
        .containsSubsequence(KernelState.CREATING, KernelState.RUNNING, KernelState.TERMINATED);
  }

  @Test
  void shouldAskForInputAndTakeIt() {
    var kernel = agent().start();
    var asked = agent.execute(kernel, null, Mode.QUERY, "print('got ' + input('name? '))", 5000);
    assertThat(asked)
        .isInstanceOfSatisfying(
            Outcome.Result.class,
            result -> {
              assertThat(result.status()).isEqualTo("waiting-input");
              assertThat(result.isPassword()).isFalse();
              assertThat(result.console().getFirst().text()).isEqualTo("name? ");
            });
    var run = ((Outcome.Result) asked).runId();
    assertThat(((Outcome.Result) agent.execute(kernel, run, Mode.CONTINUE, "", 100)).status())
        .isEqualTo("waiting-input");
    var ran = agent.follow(kernel, agent.execute(kernel, run, Mode.INPUT, "Ada", 5000));
    assertThat(ran.stdout()).endsWith("got Ada\n");
    assertThat(ran.exitCode()).isZero();
    // Asked again for what was delivered: the same answer, for clients that lost it.
    assertThat(agent.execute(kernel, run, Mode.CONTINUE, "", 100))
        .isInstanceOfSatisfying(
            Outcome.Result.class, result -> assertThat(result.status()).isEqualTo("finished"));
    assertThatThrownBy(() -> agent.execute(kernel, new RunId("nobody"), Mode.CONTINUE, "", 100))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.OBJECT_NOT_FOUND));
  }

  @Test
  void shouldInterruptAndComplete() {
    var kernel = agent().start();
    agent.execute(kernel, new RunId("sleeper"), Mode.QUERY, "import time; time.sleep(60)", 300);
    agent.ask(new RunCommand.Interrupt(kernel, null));
    var ran =
        agent.follow(kernel, agent.execute(kernel, new RunId("sleeper"), Mode.CONTINUE, "", 5000));
    assertThat(ran.status()).isEqualTo("finished");
    assertThat(ran.stderr()).contains("KeyboardInterrupt");
    agent.run(kernel, "wonderful = 1");
    assertThat(agent.ask(new RunCommand.Complete(kernel, "wonde", Map.of())))
        .isInstanceOfSatisfying(
            Outcome.Completions.class,
            found -> assertThat(found.suggestions()).anyMatch(s -> s.contains("wonderful")));
  }

  @Test
  void shouldKeepFilesOverRestartAndFenceGenerations() {
    var kernel = agent().start();
    var spec = agent.spec(kernel, "512m");
    agent.run(kernel, "open('kept.txt', 'w').write('still here'); x = 1");
    assertThat(agent.start(spec, 1)).isInstanceOf(KernelCommand.Outcome.AlreadyDone.class);
    assertThat(agent.start(spec, 2)).isInstanceOf(KernelCommand.Outcome.Accepted.class);
    Awaitility.await()
        .atMost(AgentFixture.LONG)
        .until(() ->
            agent.states.get(kernel).generation() == 2
                && agent.states.get(kernel).state() == KernelState.RUNNING);
    assertThat(agent.start(spec, 1)).isEqualTo(new KernelCommand.Outcome.StaleGeneration(2));
    assertThat(agent.stop(kernel, 1)).isEqualTo(new KernelCommand.Outcome.StaleGeneration(2));
    assertThat(agent.run(kernel, "print(open('kept.txt').read())").stdout())
        .isEqualTo("still here\n");
    assertThat(agent.run(kernel, "print(x)").stderr()).contains("NameError");
    assertThat(agent.states.get(kernel).devices().get("cpu")).hasSize(1);
  }

  @Test
  void shouldDeliverAllOutputOfARunOverARestartOfTheAgent() {
    var kernel = agent().start();
    var run = new RunId("long");
    agent.execute(
        kernel,
        run,
        Mode.QUERY,
        "import time\nfor i in range(40):\n  print('line', i, flush=True)\n  time.sleep(0.1)\n",
        50);
    agent.leave();
    agent = new AgentFixture(config(data));
    var ran = agent.follow(kernel, agent.execute(kernel, run, Mode.CONTINUE, "", 2000));
    assertThat(ran.status()).isEqualTo("finished");
    // The first call may have taken a first line; nothing after it may be missing.
    var lines = ran.stdout().lines().toList();
    var all = IntStream.range(0, 40).mapToObj(i -> "line " + i).toList();
    assertThat(all).endsWith(lines.toArray(String[]::new));
    assertThat(lines).hasSizeGreaterThan(35);
    assertThat(agent.run(kernel, "print('again')").stdout()).isEqualTo("again\n");
    assertThat(agent.states.get(kernel).state()).isEqualTo(KernelState.RUNNING);
  }

  @Test
  void shouldEndRunsWithAReasonWhenTheRunnerIsKilled() throws Exception {
    var other = agent().start();
    var kernel = agent.start();
    agent.execute(kernel, new RunId("r"), Mode.QUERY, "import time; time.sleep(60)", 100);
    killRunner(agent, kernel);
    var lost = agent.execute(kernel, new RunId("r"), Mode.CONTINUE, "", 15_000);
    assertThat(lost)
        .isInstanceOfSatisfying(
            Outcome.KernelLost.class,
            outcome -> assertThat(outcome.reason()).contains("ended by itself"));
    var seen = agent.awaitState(kernel, KernelState.TERMINATED);
    assertThat(seen.reason()).isEqualTo("self-terminated");
    Awaitility.await().until(() -> leftovers(agent, kernel), String::isEmpty);
    assertThat(agent.run(other, "print('fine')").stdout()).isEqualTo("fine\n");
  }

  @Test
  void shouldDeliverFiftyMegabytesInOrder() {
    var kernel = agent().start();
    var code = "for i in range(500_000): print(f'{i:099d}')\n";
    var begun = System.nanoTime();
    var ran = agent.run(kernel, code);
    var seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        "50 MB of output in %.1f s (%.1f MB/s)%n", seconds, ran.stdout().length() / 1e6 / seconds);
    assertThat(ran.status()).isEqualTo("finished");
    assertThat(ran.stdout().length()).isEqualTo(50_000_000);
    var numbers = ran.stdout().lines().limit(2000).map(Integer::valueOf).toList();
    assertThat(numbers).isEqualTo(IntStream.range(0, 2000).boxed().collect(Collectors.toList()));
    assertThat(ran.stdout()).endsWith("499999\n");
  }

  @Test
  void shouldContainAForkBombAndAMemoryHog() {
    var other = agent().start();
    var bomb = agent.start();
    agent.execute(
        bomb,
        null,
        Mode.QUERY,
        "import os\nwhile True:\n  try:\n    os.fork()\n  except OSError: pass\n",
        500);
    assertThat(agent.run(other, "print(1)").stdout()).isEqualTo("1\n");
    var begun = System.nanoTime();
    agent.stopAndWait(bomb);
    System.out.printf("Fork bomb stopped in %.1f s%n", (System.nanoTime() - begun) / 1e9);
    var hog = agent.start("256m");
    var ran = agent.run(hog, "b = []\nwhile True: b.append(bytearray(8 << 20))\n");
    assertThat(ran.exitCode()).isNotEqualTo(0);
    assertThat(agent.run(other, "print(2)").stdout()).isEqualTo("2\n");
  }

  @Test
  void shouldMoveFilesInAndOut() {
    var kernel = agent().start();
    var text = "héllo".getBytes(StandardCharsets.UTF_8);
    agent.ask(new FileCommand.Upload(kernel, "sub/dir/a.txt", new Bytes(text)));
    assertThat(agent.run(kernel, "print(open('sub/dir/a.txt').read())").stdout())
        .isEqualTo("héllo\n");
    assertThat(agent.run(kernel, "open('sub/dir/a.txt', 'a').write('!')").exitCode()).isZero();
    assertThat(agent.ask(new FileCommand.DownloadFile(kernel, "/home/work/sub/dir/a.txt")))
        .isEqualTo(
            new FileCommand.Outcome.Content(new Bytes("héllo!".getBytes(StandardCharsets.UTF_8))));
    assertThat(agent.ask(new FileCommand.ListFiles(kernel, "sub")))
        .isInstanceOfSatisfying(
            FileCommand.Outcome.Listing.class,
            list -> {
              assertThat(list.absolutePath()).isEqualTo("/home/work/sub");
              assertThat(list.entries().getFirst().mode()).isEqualTo("drwxr-xr-x");
            });
    agent.run(kernel, "import os; os.symlink('/etc', 'evil'); os.symlink('/etc/shadow', 's')");
    for (var path : new String[] {"evil/passwd", "s", "../x", "/etc/passwd", "sub"}) {
      assertThatThrownBy(() -> agent.ask(new FileCommand.DownloadFile(kernel, path)))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.INVALID_API_PARAMS));
    }
    assertThatThrownBy(() -> agent.ask(new FileCommand.Upload(kernel, "evil/x", new Bytes(text))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldLeaveNothingAfterStopAll() throws Exception {
    var kernel = agent().start();
    agent.run(
        kernel, "import subprocess; subprocess.Popen(['sleep', '1000'], start_new_session=True)");
    assertThat(leftovers(agent, kernel)).isNotEmpty();
    agent.agent.stopAll().await();
    assertThat(leftovers(agent, kernel)).isEmpty();
    assertThat(agent.awaitState(kernel, KernelState.TERMINATED).reason())
        .isEqualTo("agent-termination");
  }

  @Test
  void shouldRemoveWhatADeadAgentLeft() throws Exception {
    var kernel = agent().start();
    agent.leave();
    AgentVerticle.removeLeftovers(agent.config);
    assertThat(leftovers(agent, kernel)).isEmpty();
    assertThat(data.resolve("kernels")).isEmptyDirectory();
    agent = null;
  }

  @Test
  void shouldShowTheLogAndKeepIt() {
    var kernel = agent().start();
    agent.run(kernel, "import os; os.system('echo to-the-log')");
    assertThat(((Outcome.Log) agent.ask(new RunCommand.ReadLog(kernel, 1 << 20))).text())
        .isNotNull();
    agent.stopAndWait(kernel);
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !data.resolve("kernels/" + kernel).toFile().exists());
  }

  @Test
  void shouldRefuseWhatDoesNotFitAndAnUnknownImage() {
    var huge = KernelId.random();
    agent().start(agent.spec(huge, "100000g"), 1);
    var refused = agent.awaitState(huge, KernelState.REJECTED);
    assertThat(refused.failure().code()).isEqualTo(ProblemCode.INSTANCE_NOT_AVAILABLE);
    assertThatThrownBy(() -> agent.execute(huge, null, Mode.QUERY, "1", 100))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldSayThatTheMemoryLimitEndedASession() throws Exception {
    var kernel = agent().start("256m");
    // So that the system chooses the runner; no program can do that to it.
    Files.writeString(Path.of("/proc/" + runner(kernel) + "/oom_score_adj"), "1000");
    agent.execute(
        kernel,
        null,
        Mode.QUERY,
        """
        import os
        # Counted for the session, but for no process of it.
        fd = os.memfd_create('hog')
        while True: os.write(fd, bytes(1 << 20))
        """,
        500);
    assertThat(agent.awaitState(kernel, KernelState.TERMINATED).reason())
        .isEqualTo("out-of-memory");
  }

  /** Process id of a kernel's runner, on the host. */
  static long runner(KernelId kernel) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> proc(pid, "comm").equals("pk-runner\n"))
        .filter(pid -> proc(pid, "environ").contains("BACKENDAI_KERNEL_ID=" + kernel))
        .findFirst()
        .orElseThrow();
  }

  private static String proc(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrNotOurs) {
      return "";
    }
  }
}
