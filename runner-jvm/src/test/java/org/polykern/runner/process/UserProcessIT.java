package org.polykern.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** Programs of the user, from start to end. */
@Timeout(60)
class UserProcessIT {
  @TempDir Path directory;

  @Test
  void shouldHandOverOutputAndStatus() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell("echo out $X; echo err >&2; exit 7", directory, Map.of("X", "ä"))) {
      assertThat(program.status()).isEqualTo(7);
      assertThat(program.stdout()).isEqualTo("out ä\n");
      assertThat(program.stderr()).isEqualTo("err\n");
    }
  }

  @Test
  void shouldSayWhichFileIsNeeded() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell("need main.lua\necho no", directory, Map.of())) {
      assertThat(program.status()).isEqualTo(127);
      assertThat(program.stdout()).isEmpty();
      assertThat(program.stderr())
          .isEqualTo("Expected the file main.lua in " + directory + ", but there is none.\n");
    }
  }

  @Test
  void shouldSayThatAProgramIsMissing() {
    Spawner.Program missing =
        new Spawner.Program(List.of("/nowhere/cobol"), Map.of(), directory, true).inOwnSession();
    assertThatThrownBy(() -> RunningProgram.start(missing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/nowhere/cobol");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo go; while :; do :; done | 130",
        "echo go; exec sleep 100 | 130",
        "echo go; sleep 100; echo after | 130",
        "sh -c 'echo go; sleep 100' & wait; wait | 130",
      })
  void shouldInterruptBusyLoopSleepAndChild(String script, int status) throws Exception {
    try (RunningProgram program = RunningProgram.shell(script)) {
      program.await(() -> program.stdout().equals("go\n"));
      program.act(process -> process.signal(Signal.INTERRUPT));
      assertThat(program.status()).isEqualTo(status);
      assertThat(program.stdout()).isEqualTo("go\n");
    }
  }

  @Test
  void shouldReachDescendantsThatLeftTheGroup() throws Exception {
    Path pid = directory.resolve("pid");
    try (RunningProgram program =
        RunningProgram.shell(
            "setsid sh -c 'echo $$ > pid; sleep 100' & wait", directory, Map.of())) {
      program.await(() -> Files.exists(pid) && pid.toFile().length() > 1);
      long left = Long.parseLong(Files.readString(pid).trim());
      assertThat(ProcessHandle.of(left)).isPresent();
      program.act(process -> process.signal(Signal.TERMINATE));
      assertThat(program.status()).isEqualTo(128 + 15);
      program.await(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  @Test
  void shouldNotWaitForADaemonThatHoldsThePipe() throws Exception {
    Path stop = directory.resolve("stop");
    String daemon = "(trap '' HUP; while [ ! -e stop ]; do sleep 0.01; done; echo late) &";
    try (RunningProgram program = RunningProgram.plainShell(daemon + " echo done", directory)) {
      assertThat(program.status()).isZero();
      assertThat(program.stdout()).isEqualTo("done\n");
      Files.createFile(stop);
      // It is not killed by its broken pipe: what it prints goes to the log.
      program.await(() -> program.log().contains("late"));
      assertThat(program.stdout()).isEqualTo("done\n");
    }
  }

  @Test
  void shouldEndADaemonThatHoldsThePipeInTheJail() throws Exception {
    String daemon = "setsid sh -c 'trap \"\" HUP TERM; echo $$ > pid; while :; do sleep 1; done' &";
    String wait = " while [ ! -s pid ]; do sleep 0.01; done; echo done";
    try (RunningProgram program = RunningProgram.shell(daemon + wait, directory, Map.of())) {
      assertThat(program.status()).isZero();
      assertThat(program.stdout()).isEqualTo("done\n");
      // Gone when the end is told, not some time later.
      long left = Long.parseLong(Files.readString(directory.resolve("pid")).trim());
      assertThat(ProcessHandle.of(left)).isEmpty();
    }
  }

  @Test
  void shouldEndThoughADaemonPrintsForEver() throws Exception {
    try (RunningProgram program =
        RunningProgram.plainShell("echo done; yes & echo $! > pid", directory)) {
      program.countOnly();
      assertThat(program.status()).isZero();
      assertThat(program.stdoutBytes()).isGreaterThan(5);
      long yes = Long.parseLong(Files.readString(directory.resolve("pid")).trim());
      program.await(() -> program.log().contains("more output is dropped"));
      ProcessHandle.of(yes).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void shouldGoOnWithAProgramThatClosedItsOutput() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell(
            "echo a; exec 1>&- 2>&-; while [ ! -e stop ]; do sleep 0.01; done; exit 5",
            directory,
            Map.of())) {
      program.await(() -> program.stdout().equals("a\n"));
      assertThat(program.hasEnded()).isFalse();
      Files.createFile(directory.resolve("stop"));
      assertThat(program.status()).isEqualTo(5);
    }
  }

  @Test
  void shouldMakeTextOfBinaryOutput() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell("printf 'a\\000\\377b\\303'; printf '\\244\\360\\237'")) {
      assertThat(program.status()).isZero();
      assertThat(program.stdout()).isEqualTo("a\0\ufffdbä\ufffd");
    }
  }

  @Test
  void shouldLoseNothingOfAProgramThatPrintsFastAndEnds() throws Exception {
    try (RunningProgram program = RunningProgram.shell("head -c 20000000 /dev/zero")) {
      program.countOnly();
      assertThat(program.status()).isZero();
      assertThat(program.stdoutBytes()).isEqualTo(20_000_000);
    }
  }

  @Test
  void shouldLeaveOutputWhereItIsWithoutRoom() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell(
            "while [ ! -e go ]; do sleep 0.01; done; head -c 5000000 /dev/zero; touch written",
            directory,
            Map.of())) {
      program.countOnly();
      program.act(process -> process.reading(false));
      Files.createFile(directory.resolve("go"));
      Instant start = Instant.now();
      // The program cannot get rid of more than a pipe holds, so it does not come to its end.
      program.await(() -> Duration.between(start, Instant.now()).toMillis() > 300);
      assertThat(directory.resolve("written")).doesNotExist();
      assertThat(program.stdoutBytes()).isZero();
      program.act(process -> process.reading(true));
      assertThat(program.status()).isZero();
      assertThat(program.stdoutBytes()).isEqualTo(5_000_000);
    }
  }

  @Test
  void shouldPassInputAndItsEnd() throws Exception {
    try (RunningProgram program = RunningProgram.shell("cat; echo end")) {
      program.answer("one");
      program.answer("x".repeat(500_000));
      program.act(UserProcess::closeInput);
      assertThat(program.status()).isZero();
      assertThat(program.stdout()).isEqualTo("one\n" + "x".repeat(500_000) + "\nend\n");
    }
  }

  @Test
  void shouldNotMindInputForAProgramThatClosedItsEnd() throws Exception {
    try (RunningProgram program =
        RunningProgram.shell("exec <&-; echo closed; sleep 0.2; echo on")) {
      program.await(() -> program.stdout().startsWith("closed"));
      program.answer("nobody reads this");
      assertThat(program.status()).isZero();
      assertThat(program.stdout()).isEqualTo("closed\non\n");
      assertThat(program.log()).isEmpty();
    }
  }

  @Test
  void shouldEndAForkBomb() throws Exception {
    // Bounded, so that a failure of this test does not end the machine.
    String bomb =
        "f() { echo x; [ $1 -gt 5 ] || { f $(($1+1)) & f $(($1+1)) & }; sleep 300; }; f 0";
    try (RunningProgram program = RunningProgram.shell(bomb)) {
      program.await(() -> program.stdout().length() > 20);
      program.act(process -> process.signal(Signal.KILL));
      assertThat(program.status()).isEqualTo(128 + 9);
      // Nobody is left of its group.
      program.await(() -> processesOfGroup(program.pid()) == 0);
    }
  }

  private static long processesOfGroup(long group) {
    return ProcessHandle.allProcesses()
        .filter(process -> {
          try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[2].equals(Long.toString(group)) && !fields[0].equals("Z");
          } catch (IOException e) {
            return false;
          }
        })
        .count();
  }
}
