package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.LinkClient.Message;
import org.zeromq.ZMQ;

/** The link's promises: who is let in, what is sent again, how much is kept. */
@Timeout(90)
class LinkIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();

  @Test
  void shouldLetOnlyTheAgentIn(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start()) {
      try (LinkClient stranger = new LinkClient(runner, ZMQ.Curve.generateKeyPair())) {
        stranger.send("hello", Map.of("protocol", 1), "");
        assertThat(stranger.poll(Duration.ofSeconds(1))).isNull();
      }
      assertThat(runner.log()).contains("Refused a connection");
      try (LinkClient agent = new LinkClient(runner, keys)) {
        Message hello = agent.hello();
        assertThat(hello.header().integer("protocol")).isEqualTo(1);
        assertThat(hello.header().text("runtime")).isEqualTo("python");
        assertThat(hello.header().integer("next")).isEqualTo(1);
        assertThat(hello.header().members().get("runs")).isEqualTo(List.of());
        assertThat(agent.run("1").stdout()).isEqualTo("1\n");
      }
    }
  }

  @Test
  void shouldSendUnacknowledgedOutputAgain(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start()) {
      String run;
      List<Message> first = new ArrayList<>();
      try (LinkClient agent = new LinkClient(runner, keys)) {
        agent.hello();
        run = agent.code("for i in range(3): print(i, flush=True)\nprint(input('?'))");
        Message message;
        do {
          message = agent.next();
          first.add(message);
        } while (!message.type().equals("waiting-input"));
        agent.ack(first.getFirst().seq());
        agent.send("status", Map.of("id", "s"), "");
        assertThat(agent.next("status").body()).contains("\"running\":\"" + run + "\"");
      }
      try (LinkClient agent = new LinkClient(runner, keys)) {
        Message hello = agent.hello();
        assertThat(hello.header().members().get("runs").toString())
            .contains(run)
            .contains("waiting-input");
        for (Message expected : first.subList(1, first.size())) {
          assertThat(agent.next()).isEqualTo(expected);
        }
        agent.send("code", Map.of("run", run), "print('twice')");
        agent.send("input", Map.of("run", run), "done");
        agent.send("input", Map.of("run", run), "not asked for");
        Message output = agent.next("stdout");
        assertThat(output.body()).isEqualTo("done\n");
        assertThat(output.seq()).isEqualTo(first.getLast().seq() + 1);
        Message finished = agent.next("finished");
        agent.send("code", Map.of("run", run), "print('still not acknowledged')");
        agent.send("status", Map.of("id", "s"), "");
        agent.next("status");
        agent.ack(finished.seq());
        agent.send("code", Map.of("run", run), "print('acknowledged')");
        assertThat(agent.collect(run).stdout()).isEqualTo("acknowledged\n");
      }
    }
  }

  @Test
  void shouldQueueAndRemoveRuns(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      String first = agent.code("print('first', flush=True)\nimport time; time.sleep(60)");
      String second = agent.code("print('second')");
      String third = agent.code("print('third')");
      agent.awaitText("first");
      agent.send("interrupt", Map.of("run", second), "");
      Message removed = agent.next("finished");
      assertThat(removed.run()).isEqualTo(second);
      assertThat(removed.body()).isEqualTo("{\"exitCode\": 130}");
      agent.send("interrupt", Map.of("run", "unknown"), "");
      agent.send("interrupt", Map.of(), "");
      assertThat(agent.collect(first).exitCode()).isEqualTo(130);
      assertThat(agent.collect(third).stdout()).isEqualTo("third\n");
    }
  }

  @Test
  void shouldHoldMemoryAndWindowWhenTheAgentIsSlow(@TempDir Path directory) throws Exception {
    long window = 256 * 1024;
    try (RunnerProcess runner =
            new RunnerProcess.Builder(directory).agent(keys).with("windowBytes", window).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      agent.run("1");
      long before = runner.kilobytes("VmRSS");
      String run = agent.code("print('x' * 50_000_000)");
      Awaitility.await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(20))
          .until(() -> unacked(agent, run) > window);
      long total = 0;
      long held = 0;
      long expected = seen.isEmpty() ? 0 : seen.getFirst().seq();
      List<Message> pending = new ArrayList<>(seen);
      Message last = null;
      while (last == null || !last.type().equals("finished")) {
        if (pending.isEmpty()) {
          pending.add(agent.next());
        }
        last = pending.removeFirst();
        assertThat(last.seq()).isEqualTo(expected++);
        total += last.body().length();
        held += last.body().length();
        if (held > window) {
          agent.ack(last.seq());
          held = 0;
        }
      }
      assertThat(total).isEqualTo(50_000_001 + "{\"exitCode\": 0}".length());
      assertThat(runner.kilobytes("VmRSS") - before).isLessThan(32 * 1024);
    }
  }

  @Test
  void shouldNeverCutACharacter(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      String text = agent.run("print('\\U0001f600' * 600_000)").stdout();
      assertThat(text.codePointCount(0, text.length())).isEqualTo(600_001);
      assertThat(text).doesNotContain("\uFFFD");
    }
  }

  private final List<Message> seen = new ArrayList<>();

  /** Asks how much is un-acknowledged; the limit is a few reads beyond the window. */
  private long unacked(LinkClient agent, String run) {
    agent.send("status", Map.of("id", "s"), "");
    while (true) {
      Message message = agent.next();
      if (message.type().equals("status")) {
        String digits = message.body().replaceAll(".*\"unacked\":(\\d+).*", "$1");
        long bytes = Long.parseLong(digits);
        assertThat(bytes).isLessThan(1024 * 1024);
        return bytes;
      }
      assertThat(message.run()).isEqualTo(run);
      seen.add(message);
    }
  }

  @Test
  void shouldInterruptAProgramThatWaitsForTheAgent(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner =
            new RunnerProcess.Builder(directory).agent(keys).with("windowBytes", 65536).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      String run = agent.code("while True: print('y' * 1000)");
      Awaitility.await()
          .during(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(20))
          .until(() -> unacked(agent, run) > 65536);
      agent.send("interrupt", Map.of("run", run), "");
      agent.ack(seen.getLast().seq());
      assertThat(agent.collect(run).exitCode()).isEqualTo(130);
      assertThat(agent.run("print('alive')").stdout()).isEqualTo("alive\n");
    }
  }

  @Test
  void shouldSpeakThePlainProtocol(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.sendPlain("status", new byte[0]);
      byte[][] status = agent.pollPlain(Duration.ofSeconds(10));
      assertThat(new String(status[0], StandardCharsets.US_ASCII)).isEqualTo("status");
      assertThat(status[1])
          .hasSize(21)
          .startsWith(0x81, 0xaa)
          .contains(0xcb, org.assertj.core.data.Index.atIndex(12));
      agent.sendPlain("code", "print('plain')".getBytes(StandardCharsets.UTF_8));
      assertThat(plain(agent)).isEqualTo("stdout:plain\n");
      assertThat(plain(agent)).isEqualTo("finished:{\"exitCode\": 0}");
      agent.sendPlain("complete", "{\"code\": \"pri\"}".getBytes(StandardCharsets.UTF_8));
      assertThat(plain(agent)).isEqualTo("completion:{\"suggestions\": [\"print\"]}");
      agent.sendPlain("code", "print(input())".getBytes(StandardCharsets.UTF_8));
      assertThat(plain(agent)).isEqualTo("waiting-input:{\"is_password\": false}");
      agent.sendPlain("nonsense", new byte[0]);
      agent.sendPlain("input", "hi".getBytes(StandardCharsets.UTF_8));
      assertThat(plain(agent)).isEqualTo("stdout:hi\n");
    }
  }

  private static String plain(LinkClient agent) {
    byte[][] frames = agent.pollPlain(Duration.ofSeconds(10));
    return new String(frames[0], StandardCharsets.UTF_8)
        + ":"
        + new String(frames[1], StandardCharsets.UTF_8);
  }

  @Test
  void shouldTakeLargeCodeAndGiveLargeMedia(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      String padding = "#" + "x".repeat(16 * 1024 * 1024 - 1000) + "\n";
      for (int i = 0; i < 3; i++) {
        assertThat(agent.run(padding + "print('large')").stdout()).isEqualTo("large\n");
      }
      String image =
          """
          class Large:
              def _repr_png_(self): return bytes(6_000_000)
          Large()
          """;
      assertThat(agent.run(image).text("media")).hasSizeGreaterThan(8_000_000);
      LinkClient.Result tooLarge = agent.run(image.replace("6_000", "9_000"));
      assertThat(tooLarge.text("media")).isEmpty();
      assertThat(tooLarge.stderr()).contains("save it to a file instead");
    }
  }

  @Test
  void shouldShutDownWithItsChildren(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      agent.code(
          "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
              + "print(os.getpid(), flush=True)\nwhile True: pass");
      long python = Long.parseLong(agent.next("stdout").body().trim());
      agent.send("shutdown", Map.of(), "");
      assertThat(runner.awaitExit()).isZero();
      assertThat(ProcessHandle.of(python).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void shouldStopOnSigterm(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      long python = Long.parseLong(agent.run("import os; os.getpid()").stdout().trim());
      runner.process().destroy();
      runner.awaitExit();
      assertThat(ProcessHandle.of(python).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void shouldLeaveNoInterpreterBehindWhenKilled(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      long python = Long.parseLong(agent.run("import os; os.getpid()").stdout().trim());
      agent.code("print('x', flush=True)\nwhile True: pass");
      agent.next("stdout");
      runner.process().destroyForcibly();
      Awaitility.await()
          .until(() -> ProcessHandle.of(python).filter(ProcessHandle::isAlive).isEmpty());
    }
  }

  @Test
  void shouldRunBootstrapBeforeTheFirstRun(@TempDir Path directory) throws Exception {
    Files.createDirectories(directory.resolve("work"));
    Files.writeString(
        directory.resolve("work/bootstrap.sh"), "sleep 0.2; echo prepared; touch made");
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(agent.run("import os; os.path.exists('made')").stdout()).isEqualTo("True\n");
      assertThat(runner.log()).contains("prepared\n");
    }
  }

  @Test
  void shouldRefuseRunsOfAnApplicationRuntime(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner =
            new RunnerProcess.Builder(directory).agent(keys).with("runtime", "app").start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      LinkClient.Result result = agent.run("1");
      assertThat(result.exitCode()).isEqualTo(127);
      assertThat(result.stderr()).contains("has no query mode");
    }
  }

  @Test
  void shouldTellWhenThereIsNoInterpreter(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner =
            new RunnerProcess.Builder(directory)
                .agent(keys)
                .with("runtimePath", "/nowhere/python3")
                .start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      LinkClient.Result result = agent.run("1");
      assertThat(result.exitCode()).isEqualTo(127);
      assertThat(result.stderr()).contains("expected an executable at /nowhere/python3");
    }
  }

  @Test
  void shouldRefuseAnUnknownRuntime(@TempDir Path directory) throws Exception {
    try (RunnerProcess runner =
        new RunnerProcess.Builder(directory).with("runtime", "cobol").launch()) {
      assertThat(runner.awaitExit()).isEqualTo(2);
      assertThat(runner.log()).contains("but got \"cobol\"").hasLineCount(1);
      assertThat(runner.announceFile()).doesNotExist();
    }
  }
}
