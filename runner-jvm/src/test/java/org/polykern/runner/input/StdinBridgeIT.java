package org.polykern.runner.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.runner.process.RunningProgram;
import org.polykern.runner.spawn.Signal;

/** Whether a program that waits for input is noticed, whatever it calls, and gets its line. */
@Timeout(60)
class StdinBridgeIT {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sh      | read a; echo \"<$a>\"",
        "sh      | sh -c 'sleep 0.3; sh -c \"read a; echo \\\"<\\$a>\\\"\"; true'; true",
        "head    | a=$(head -n 1); echo \"<$a>\"",
        "bash    | exec bash -c 'read -t 20 -p \"? \" a; echo \"<$a>\"'",
        "python3 | exec python3 -c 'print(\"<\" + input(\"? \") + \">\")'",
        "python3 | exec python3 -c 'import sys; print(\"<\" + sys.stdin.readline().strip() + \">\")'",
        "python3 | exec python3 -c 'import os; print(\"<\" + os.read(0, 100).decode().strip() + \">\")'",
        "python3 | exec python3 -c 'import sys,select; select.select([0], [], []); print(\"<\" + input() + \">\")'",
        "python3 | exec python3 -c 'import sys,select; p=select.poll(); p.register(0,1); p.poll(); print(\"<\" + input() + \">\")'",
        "python3 | exec python3 -c 'import sys,select; p=select.epoll(); p.register(0,1); p.poll(); print(\"<\" + input() + \">\")'",
        "python3 | exec python3 -c 'import threading; t=threading.Thread(target=lambda: print(\"<\" + input() + \">\")); t.start(); t.join()'",
        "node    | exec node -e 'process.stdin.on(\"data\", d => { console.log(\"<\" + String(d).trim() + \">\"); process.exit() })'",
        "node    | exec node -e 'console.log(\"<\" + require(\"fs\").readFileSync(0, \"utf8\").trim() + \">\")' < /dev/stdin",
        "perl    | exec perl -e '$a = <STDIN>; chomp $a; print \"<$a>\\n\"'",
        "ruby    | exec ruby -e 'puts \"<#{gets.chomp}>\"'",
      })
  void shouldNoticeWhoeverReads(String program, String script) throws Exception {
    assumeProgram(program);
    try (RunningProgram running = RunningProgram.shell(script)) {
      running.await(() -> running.asked() == 1 || running.hasEnded());
      assertThat(running.stderr()).isEmpty();
      running.answer("häl lo");
      running.act(process -> process.closeInput());
      assertThat(running.status()).isZero();
      assertThat(running.stdout()).endsWith("<häl lo>\n");
      assertThat(running.asked()).isEqualTo(1);
      assertThat(running.askedForPassword()).isZero();
    }
  }

  @Test
  void shouldAskForEveryLine() throws Exception {
    try (RunningProgram running =
        RunningProgram.shell("read a; read b; sleep 0.4; read c; echo $c$b$a")) {
      for (int i = 1; i <= 3; i++) {
        int count = i;
        running.await(() -> running.asked() == count);
        running.answer("line" + count);
      }
      assertThat(running.status()).isZero();
      assertThat(running.stdout()).isEqualTo("line3line2line1\n");
      assertThat(running.asked()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Password:            | 1",
        "'Enter PIN? '        | 1",
        "'Passphrase for key ' | 0",
        "'shipping: '         | 0",
        "'password\\n: '      | 0",
        "'your name: '        | 0",
      })
  void shouldFlagPasswords(String prompt, int flagged) throws Exception {
    try (RunningProgram running =
        RunningProgram.shell("printf \"$P\" >&2; read a", directory, Map.of("P", prompt))) {
      running.await(() -> running.asked() == 1);
      assertThat(running.askedForPassword()).isEqualTo(flagged);
      running.answer("");
      assertThat(running.status()).isZero();
    }
  }

  @Test
  void shouldNotAskForProgramsThatDoNotRead() throws Exception {
    try (RunningProgram running =
        RunningProgram.shell(
            "sleep 0.7; echo x | cat; sleep 0.3; (read a < fifo) & echo > fifo; wait",
            fifo(),
            Map.of())) {
      assertThat(running.status()).isZero();
      assertThat(running.asked()).isZero();
    }
  }

  @Test
  void shouldNotAskAgainWhoHasNotWokenYet() throws Exception {
    try (RunningProgram running = RunningProgram.shell("exec cat")) {
      running.await(() -> running.asked() == 1);
      signal("STOP", running.pid());
      running.answer("line");
      Thread.sleep(300); // A bridge that looked at the reader alone would ask within 30 ms.
      assertThat(running.asked()).isEqualTo(1);
      signal("CONT", running.pid());
      running.await(() -> running.asked() == 2);
      assertThat(running.stdout()).isEqualTo("line\n");
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void shouldInterruptWhoWaits() throws Exception {
    try (RunningProgram running = RunningProgram.shell("exec cat")) {
      running.await(() -> running.asked() == 1);
      running.act(process -> process.signal(Signal.INTERRUPT));
      assertThat(running.status()).isEqualTo(130);
    }
  }

  private Path fifo() throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("mkfifo", directory.resolve("fifo").toString()).start().waitFor();
    assertThat(status).isZero();
    return directory;
  }

  static void assumeProgram(String name) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(entry -> Files.isExecutable(Path.of(entry, name)));
    if (System.getenv("POLYKERN_REQUIRE_LANGUAGES") == null) {
      assumeTrue(there, name + " is not on the PATH");
    }
  }
}
