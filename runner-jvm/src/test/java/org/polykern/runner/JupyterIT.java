package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;

/** Debian's ipykernel, driven through the Jupyter wire protocol by the whole daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class JupyterIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    InstalledPrograms.requireKernelspec("python3");
    runner = builder(directory).with("runtimePath", "python3").start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterAll
  void stop() {
    if (runner != null) {
      client.close();
      runner.process().destroy();
      runner.close();
    }
  }

  @Test
  void shouldPrintAndKeepGlobals() {
    assertThat(client.run("a = 20\nprint(6*7)").interleaved()).containsExactly("stdout:42\n");
    assertThat(client.run("a + 1").stdout()).isEqualTo("21\n");
  }

  @Test
  void shouldKeepTheOrderOfBothStreams() {
    // Flushed, since ipykernel buffers each stream by itself.
    LinkClient.Result result =
        client.run(
            "import sys\nfor i in range(4): print(i + 1, file=(sys.stdout, sys.stderr)[i % 2], flush=True)");
    assertThat(result.interleaved())
        .containsExactly("stdout:1\n", "stderr:2\n", "stdout:3\n", "stderr:4\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void shouldEndWithOneAndATraceAfterAnException() {
    LinkClient.Result result = client.run("1/0");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr()).contains("ZeroDivisionError");
  }

  @Test
  void shouldEndWithTheNumberOfExit() {
    assertThat(client.run("raise SystemExit(3)").exitCode()).isEqualTo(3);
  }

  @Test
  void shouldAskForInputAfterItsPrompt() {
    String run = client.code("name = input('who? ')\nprint('hi', name)");
    client.awaitText("who? ");
    assertThat(client.next("waiting-input").body()).contains("false");
    client.send("input", Map.of("run", run), "Ada");
    assertThat(client.collect(run).stdout()).isEqualTo("hi Ada\n");
  }

  @Test
  void shouldSayThatAPasswordIsAskedFor() {
    String run = client.code("import getpass\nprint(len(getpass.getpass('pw: ')))");
    client.awaitText("pw: ");
    assertThat(client.next("waiting-input").body()).contains("true");
    client.send("input", Map.of("run", run), "four");
    assertThat(client.collect(run).stdout()).isEqualTo("4\n");
  }

  @Test
  void shouldInterruptALoopAndASleepAndKeepVariables() {
    client.run("kept = 7");
    for (String code : new String[] {"while True: pass", "import time; time.sleep(60)"}) {
      String run = client.code("print('go', flush=True)\n" + code);
      client.awaitText("go");
      client.send("interrupt", Map.of(), "");
      assertThat(client.collect(run).exitCode()).isEqualTo(130);
    }
    assertThat(client.run("kept").stdout()).isEqualTo("7\n");
  }

  @Test
  void shouldShowTheRichestForm() {
    String code =
        """
        class Rich:
            def _repr_mimebundle_(self, include=None, exclude=None):
                return {'text/plain': 'plain', %s}
        Rich()
        """;
    assertThat(client.run(code.formatted("'text/html': '<b>x</b>'")).text("html"))
        .isEqualTo("<b>x</b>");
    assertThat(client.run(code.formatted("'image/png': 'iVBORw0=\\n'")).text("media"))
        .contains("\"data:image/png;base64,iVBORw0=\"");
    assertThat(client.run(code.formatted("'text/latex': '$x$'")).text("media"))
        .contains("text/latex")
        .contains("$x$");
    assertThat(client.run(code.formatted("'application/json': {'a': [1]}")).text("media"))
        .contains("application/json");
  }

  @Test
  void shouldComplete() {
    client.run("import math");
    client.send("complete", Map.of("id", "c1"), "{\"code\": \"math.fact\"}");
    assertThat(client.next("completion").body()).contains("factorial");
  }

  @Test
  void shouldLoseNothingWhenItPrintsFasterThanAnyoneReads() throws IOException {
    String run = client.code("for i in range(60_000): print('%099d' % i)");
    // Nobody acknowledges: the kernel is halted once the window is full.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .during(Duration.ofMillis(300))
        .until(() -> runner.process().descendants().anyMatch(JupyterIT::isHalted));
    LinkClient.Result result = client.collect(run);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      expected.append("%099d%n".formatted(i));
    }
    assertThat(result.stdout().equals(expected.toString())).isTrue();
  }

  @Test
  void shouldDriveAKernelOfAnotherLanguage(@TempDir Path directory) throws Exception {
    InstalledPrograms.requireKernelspec("ir");
    try (RunnerProcess other = builder(directory).with("runtimePath", "ir").start();
        LinkClient asking = new LinkClient(other, keys)) {
      asking.hello();
      assertThat(asking.run("x <- 6").exitCode()).isZero();
      assertThat(asking.run("cat(x * 7)").stdout()).isEqualTo("42");
      assertThat(asking.run("plot(1:3)").text("media")).contains("data:image/png;base64,");
      assertThat(asking.run("stop('no')").stderr()).contains("no");
      other.process().destroy();
      other.awaitExit();
    }
  }

  @Test
  void shouldTellWhichKernelspecsThereAre(@TempDir Path directory) throws Exception {
    try (RunnerProcess other = builder(directory).with("runtimePath", "cobol").start();
        LinkClient asking = new LinkClient(other, keys)) {
      asking.hello();
      LinkClient.Result result = asking.run("1");
      assertThat(result.exitCode()).isEqualTo(127);
      assertThat(result.stderr()).contains("cobol").contains("python3");
    }
  }

  @Test
  void shouldStartAnotherKernelWhenOneDies(@TempDir Path directory) throws Exception {
    try (RunnerProcess other = builder(directory).with("runtimePath", "python3").start();
        LinkClient asking = new LinkClient(other, keys)) {
      asking.hello();
      LinkClient.Result died = asking.run("import os; os.kill(os.getpid(), 9)");
      assertThat(died.exitCode()).isEqualTo(137);
      assertThat(died.stderr()).contains("variables are lost");
      assertThat(asking.run("print(1)").stdout()).isEqualTo("1\n");
    }
  }

  private RunnerProcess.Builder builder(Path directory) {
    return new RunnerProcess.Builder(directory).agent(keys).language("jupyter");
  }

  private static boolean isHalted(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      // t is what a traced process that was halted shows, or one that the jail has stopped briefly.
      return "Tt".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    } catch (IOException endedMeanwhile) {
      return false;
    }
  }
}
