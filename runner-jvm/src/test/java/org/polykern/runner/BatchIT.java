package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/** Batch runs: their steps, in order, with their exit codes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class BatchIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    runner =
        new RunnerProcess.Builder(directory).agent(keys).environ("GREETING", "Grüße\nzwei").start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterAll
  void stop() {
    client.close();
    runner.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', 0, 0, 0",
    "'exit 3', '', '', 3, 0, 0",
    "'', '', 'exit 3', 0, 0, 3",
    "'', 'exit 3', 'echo never', 0, 3, 127",
    "'', 'exit 3', '', 0, 3, 127",
    "'', '', 'no-such-program', 0, 0, 127",
    "'', '', '/etc/passwd', 0, 0, 126",
    "'', '', 'kill -9 $$', 0, 0, 137",
    "'', '', 'sh -c \"kill -15 \\$\\$\"', 0, 0, 143",
    "'kill -2 $$', '', 'true', 130, 0, 0",
    "'', '', 'if', 0, 0, 2",
  })
  void shouldTellTheExitCodeOfEachStep(
      String clean, String build, String exec, int cleaned, int built, int executed) {
    Result result = client.collect(client.batch(clean, build, exec));
    assertThat(result.end("clean-finished")).isEqualTo(cleaned);
    assertThat(result.end("build-finished")).isEqualTo(built);
    assertThat(result.exitCode()).isEqualTo(executed);
    assertThat(result.stdout()).isEmpty();
  }

  @Test
  void shouldTellTheEndOfAStepBetweenItsOutputAndTheNext() {
    Result result =
        client.collect(client.batch("echo c", "echo b; echo warning >&2", "echo e; echo e2"));
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:c\n",
            "clean-finished:{\"exitCode\": 0}",
            "stdout:b\n",
            "stderr:warning\n",
            "build-finished:{\"exitCode\": 0}",
            "stdout:e\ne2\n");
    assertThat(result.messages()).extracting(Message::seq).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void shouldWorkInTheWorkDirectoryWithTheSessionsEnvironment() throws Exception {
    Files.writeString(runner.work().resolve("in.txt"), "uploaded");
    Result result =
        client.collect(
            client.batch(
                "echo \"[$_BACKEND_BATCH_MODE]\"",
                "",
                "pwd; cat in.txt > out.txt; echo \"$GREETING $_BACKEND_BATCH_MODE é\""));
    assertThat(result.stdout())
        .isEqualTo("[]\n" + runner.work().toRealPath() + "\nGrüße\nzwei 1 é\n");
    assertThat(runner.work().resolve("out.txt")).hasContent("uploaded");
  }

  @Test
  void shouldAskMakeToBuild() throws Exception {
    Path makefile = runner.work().resolve("Makefile");
    Files.writeString(makefile, "all:\n\t@echo made\n");
    try {
      assertThat(client.collect(client.batch("", "*", "")).stdout()).isEqualTo("made\n");
    } finally {
      Files.delete(makefile);
    }
  }

  @Test
  void shouldExecuteARepeatedStepOnce() {
    String run = client.batch("echo once", "", "echo twice");
    client.send("clean", Map.of("run", run), "echo again");
    client.send("exec", Map.of("run", run), "echo again");
    client.send("code", Map.of("run", run), "print('again')");
    assertThat(client.collect(run).stdout()).isEqualTo("once\ntwice\n");
  }

  @Test
  void shouldInterruptTheStepThatRuns() {
    // What prints is the child's: the shell would miss the signal while it forks.
    String build = "sh -c 'echo begun; exec sleep 60'; echo not reached";
    String run = client.batch("", build, "echo never");
    client.awaitText("begun");
    client.send("interrupt", Map.of("run", run), "");
    Result result = client.collect(run);
    assertThat(result.end("build-finished")).isEqualTo(130);
    assertThat(result.exitCode()).isEqualTo(127);
    assertThat(result.stdout()).isEmpty();
  }

  @Test
  void shouldInterruptHarderWhenRepeated() {
    String run =
        client.batch("", "", "trap 'echo caught' INT TERM; echo begun; while :; do sleep 1; done");
    client.awaitText("begun");
    client.send("interrupt", Map.of(), "");
    client.awaitText("caught");
    client.send("interrupt", Map.of(), "");
    client.awaitText("caught");
    client.send("interrupt", Map.of(), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(137);
  }

  @Test
  void shouldCancelARunInAnyState() {
    String first =
        client.batch("", "trap '' TERM; echo begun; while :; do sleep 1; done", "echo never");
    String second = client.batch("echo never", "", "");
    String third = client.code("print('third')");
    client.awaitText("begun");
    client.send("cancel", Map.of("run", second), "");
    Message removed = client.next("finished");
    assertThat(removed.run()).isEqualTo(second);
    assertThat(removed.body()).isEqualTo("{\"exitCode\": 130}");
    client.send("cancel", Map.of("run", first), "");
    client.send("cancel", Map.of("run", "unknown"), "");
    Result result = client.collect(first);
    assertThat(result.exitCode()).isEqualTo(130);
    assertThat(result.messages()).extracting(Message::type).doesNotContain("build-finished");
    assertThat(client.collect(third).stdout()).isEqualTo("third\n");
  }

  @Test
  void shouldCancelARunBetweenTwoSteps() {
    String run = "half-" + System.nanoTime();
    client.send("clean", Map.of("run", run), "");
    client.next("clean-finished");
    client.send("cancel", Map.of("run", run), "");
    assertThat(client.next("finished").body()).isEqualTo("{\"exitCode\": 130}");
    assertThat(client.run("1").stdout()).isEqualTo("1\n");
  }

  @Test
  void shouldCancelAQuery() {
    String run = client.code("kept = 5\nprint('begun', flush=True)\nimport time; time.sleep(60)");
    client.awaitText("begun");
    client.send("cancel", Map.of("run", run), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(130);
    assertThat(client.run("kept").stdout()).isEqualTo("5\n");
  }

  @Test
  void shouldEndWhenTheStepLeavesAProcessBehind() {
    Result result =
        client.collect(client.batch("", "", "setsid sh -c 'sleep 30' & echo parent done"));
    assertThat(result.stdout()).isEqualTo("parent done\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void shouldKeepAFloodWithinTheWindow() throws Exception {
    client.run("1");
    long before = runner.kilobytes("VmRSS");
    Result result = client.collect(client.batch("", "", "head -c 60000000 /dev/zero | tr '\\0' x"));
    assertThat(result.stdout()).hasSize(60_000_000);
    assertThat(runner.kilobytes("VmRSS") - before).isLessThan(40 * 1024);
  }

  @Test
  void shouldRefuseACommandThatNoShellCanTake() {
    Result result = client.collect(client.batch("", "", "#" + "x".repeat(200_000)));
    assertThat(result.exitCode()).isEqualTo(126);
    assertThat(result.stderr()).startsWith("Expected a command of at most");
  }

  @Test
  void shouldBuildAndExecutePython() throws Exception {
    Result empty = client.collect(client.batch("*", "*", "*"));
    assertThat(empty.end("build-finished")).isZero();
    assertThat(empty.exitCode()).isEqualTo(127);
    assertThat(empty.stderr()).contains("nothing was built").contains("Expected the file main.py");
    Path main = runner.work().resolve("main.py");
    Files.writeString(
        main,
        """
        import getpass, sys, time
        print('live')
        name = input('name? ')
        secret = getpass.getpass('Password: ')
        print(name, secret)
        print(repr(sys.stdin.readline()))
        sys.exit(5)
        """);
    try {
      String run = client.batch("*", "*", "*");
      client.awaitText("live\nname? ");
      answer(run, false, "Ada");
      client.awaitText("Password: ");
      answer(run, true, "geheim");
      client.awaitText("Ada geheim\n");
      answer(run, false, "line");
      Result result = client.collect(run);
      assertThat(result.stdout()).isEqualTo("'line\\n'\n");
      assertThat(result.exitCode()).isEqualTo(5);
    } finally {
      Files.delete(main);
    }
  }

  @Test
  void shouldAskForTheInputOfAShell() {
    String run = client.batch("", "", "printf 'who? '; read who; echo \"hello $who\"");
    client.awaitText("who? ");
    answer(run, false, "Grüße");
    assertThat(client.collect(run).stdout()).isEqualTo("hello Grüße\n");
  }

  private void answer(String run, boolean password, String text) {
    Message question = client.next();
    while (!question.type().equals("waiting-input")) {
      client.ack(question.seq());
      question = client.next();
    }
    assertThat(question.body()).isEqualTo("{\"is_password\": " + password + "}");
    client.ack(question.seq());
    client.send("input", Map.of("run", run), text);
  }

  @Test
  void shouldEndTheInputOfAStepUnasked() {
    String run = client.batch("", "", "sleep 0.2; cat; echo end");
    client.send("input", Map.of("run", run, "eof", true), "");
    Result result = client.collect(run);
    assertThat(result.stdout()).isEqualTo("end\n");
    assertThat(result.exitCode()).isZero();
  }
}
