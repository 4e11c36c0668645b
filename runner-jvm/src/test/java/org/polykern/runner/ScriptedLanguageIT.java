package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/** A language with a driver of its own, as a user sees it, through the whole daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(20)
class ScriptedLanguageIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    InstalledPrograms.require("lua5.4");
    runner = new RunnerProcess.Builder(directory).agent(keys).language("lua").start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterAll
  void stop() {
    if (runner != null) {
      client.close();
      runner.close();
    }
  }

  @Test
  void shouldPrintAndKeepGlobals() {
    assertThat(client.run("print(6*7)").interleaved()).containsExactly("stdout:42\n");
    assertThat(client.run("a = 20 function f(x) return x + a end").messages()).hasSize(1);
    Result result = client.run("f(1)");
    assertThat(result.stdout()).isEqualTo("21\n");
    assertThat(result.exitCode()).isZero();
    assertThat(client.run("b = f(2)\nb, 'k'").stdout()).isEqualTo("22\tk\n");
    assertThat(client.run("").messages()).hasSize(1);
  }

  @Test
  void shouldShowTraceOfTheSnippetOnly() {
    Result result = client.run("t = nil\nfunction g()\n  t.x = 1\nend\ng()");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr())
        .startsWith("snippet:3: attempt to index a nil value")
        .contains("stack traceback:\n\tsnippet:3: in function")
        .doesNotContain("driver")
        .doesNotContain("command line");
    Result syntax = client.run("x = = 1");
    assertThat(syntax.exitCode()).isEqualTo(1);
    assertThat(syntax.stderr()).isEqualTo("snippet:1: unexpected symbol near '='\n");
  }

  @Test
  void shouldAnswerExitCodes() {
    assertThat(client.run("os.exit(7)").exitCode()).isEqualTo(7);
    assertThat(client.run("pcall(os.exit, 3) print('never')").messages()).hasSize(1);
    assertThat(client.run("print('alive')").stdout()).isEqualTo("alive\n");
  }

  @Test
  void shouldKeepTheOrderOfBothStreams() {
    Result result =
        client.run(
            """
            for i = 1, 3 do
              print('out', i)
              io.stderr:write('err ', i, '\\n')
            end
            io.write('before ')
            os.execute('echo child')
            print('after')
            """);
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:out\t1\n",
            "stderr:err 1\n",
            "stdout:out\t2\n",
            "stderr:err 2\n",
            "stdout:out\t3\n",
            "stderr:err 3\n",
            "stdout:before child\nafter\n");
    for (int i = 0; i < 20; i++) {
      assertThat(client.run("os.execute('echo oops >&2; echo %d')".formatted(i)).stderr())
          .isEqualTo("oops\n");
    }
  }

  @Test
  void shouldTakeMarksOfOthersForText() {
    Result result = client.run("io.write('\\30', 'a\\30', '\\30token', 'f1\\n0')");
    assertThat(result.stdout()).isEqualTo("\u001ea\u001e\u001etokenf1\n0");
    assertThat(client.run("io.write('\\255\\195')").stdout()).isEqualTo("\uFFFD\uFFFD");
  }

  @Test
  void shouldAskForInput() {
    String run = client.code("io.write('Who? ')\nname = io.read()\nprint('Hello ' .. name)");
    assertThat(client.next("stdout").body()).isEqualTo("Who? ");
    assertThat(client.next("waiting-input").body()).isEqualTo("{\"is_password\": false}");
    client.send("input", Map.of("run", run), "Wörld");
    assertThat(client.collect(run).stdout()).isEqualTo("Hello Wörld\n");
  }

  @Test
  void shouldInterruptWhateverRuns() {
    client.run("kept = 'kept'");
    for (String busy :
        new String[] {
          "while true do end",
          "while true do pcall(function() while true do end end) end",
          "coroutine.wrap(function() while true do end end)()",
          "os.execute('echo begun; exec sleep 100')",
          "io.read()",
        }) {
      // A shell says it itself: an interrupt while it is being started is lost (docs/languages.md).
      String run = client.code(busy.contains("begun") ? busy : "print('begun')\n" + busy);
      client.awaitText("begun");
      if (busy.equals("io.read()")) {
        client.next("waiting-input");
      }
      client.send("interrupt", Map.of("run", run), "");
      Result result = client.collect(run);
      assertThat(result.stderr()).as(busy).isEqualTo("interrupted!\n");
      assertThat(result.exitCode()).as(busy).isEqualTo(130);
    }
    assertThat(client.run("kept").stdout()).isEqualTo("kept\n");
  }

  @Test
  void shouldCompleteWhileIdle() {
    client.run("numbers = {appended = 1}");
    assertThat(complete("pri")).isEqualTo("{\"suggestions\": [\"print\"]}");
    assertThat(complete("x = numbers.app")).isEqualTo("{\"suggestions\": [\"numbers.appended\"]}");
    assertThat(complete("nothing_of_this_name.")).isEqualTo("{\"suggestions\": []}");
    String run = client.code("print('busy') while true do end");
    client.awaitText("busy");
    assertThat(complete("num")).isEqualTo("{\"suggestions\": []}");
    client.send("interrupt", Map.of(), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(130);
  }

  private String complete(String code) {
    client.send("complete", Map.of("id", "c"), "{\"code\": \"%s\", \"row\": 0}".formatted(code));
    Message message = client.next("completion");
    assertThat(message.header().text("id")).isEqualTo("c");
    return message.body();
  }

  @Test
  void shouldReplaceAKilledInterpreter() {
    Result result = client.run("lost = 1 print('last') os.execute('kill -9 $PPID')");
    assertThat(result.exitCode()).isEqualTo(137);
    assertThat(result.stdout()).isEqualTo("last\n");
    assertThat(result.stderr())
        .isEqualTo(
            "The Lua interpreter ended by signal 9; its variables are lost, and a new one starts"
                + " with the next run.\n");
    assertThat(client.run("lost").stdout()).isEqualTo("nil\n");
  }

  @Test
  void shouldTellOfADeathBetweenTwoRuns() {
    client.run("lost = 1 os.execute('(sleep 0.1; kill -9 '..'$PPID) >&- 2>&- &')");
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> runner.log().contains("ended by signal 9 while it was idle"));
    Result result = client.run("lost");
    assertThat(result.stdout()).isEqualTo("nil\n");
    assertThat(result.stderr())
        .isEqualTo(
            "The Lua interpreter ended by signal 9 between two runs; its variables are lost.\n");
    assertThat(client.run("lost").stderr()).isEmpty();
  }

  @Test
  void shouldSayWhenItCannotBeInterruptedMoreOften() {
    String said = "";
    for (int i = 0; i < 100 && !said.contains("lost"); i++) {
      String run = client.code("print('begun') while true do end");
      client.awaitText("begun");
      client.send("interrupt", Map.of("run", run), "");
      Result result = client.collect(run);
      assertThat(result.exitCode()).isEqualTo(130);
      said = result.stderr();
    }
    assertThat(said)
        .contains("cannot be interrupted more often")
        .contains("its variables are lost");
    assertThat(client.run("print(1)").stdout()).isEqualTo("1\n");
  }

  @Test
  void shouldSayThatItsInputCannotBeEnded() {
    String run = client.code("print(io.read())");
    client.next("waiting-input");
    client.send("input", Map.of("run", run, "eof", true), "");
    client.awaitText("cannot be ended");
    client.send("input", Map.of("run", run), "a line");
    assertThat(client.collect(run).stdout()).isEqualTo("a line\n");
  }

  @Test
  void shouldEscalateInterrupts() {
    String run = client.code("os.execute(\"trap '' INT; echo begun; sleep 100\")");
    client.awaitText("begun");
    client.send("interrupt", Map.of(), "");
    client.send("interrupt", Map.of(), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(143);
    assertThat(client.run("print(1)").stdout()).isEqualTo("1\n");
  }

  @Test
  void shouldBearAnySource() {
    // Ten million bytes of source, then bytes that are no text.
    String large = "x = 1 -- " + "y".repeat(10_000_000) + "\nprint('end')";
    assertThat(client.run(large).stdout()).isEqualTo("end\n");
    client.sendPlain("code", bytes("{\"run\": \"odd-1\"}\n", "print('a\u00ffb')"));
    assertThat(client.collect("odd-1").stdout()).isEqualTo("a\uFFFDb\n");
    client.sendPlain("code", bytes("{\"run\": \"odd-2\"}\n", "print('a\0b')"));
    assertThat(client.collect("odd-2").stdout()).isEqualTo("a\0b\n");
    assertThat(client.run("x = \0 1").stderr()).startsWith("snippet:1: unexpected symbol");
    assertThat(client.run("print(1)").stdout()).isEqualTo("1\n");
  }

  private static byte[] bytes(String header, String latin) {
    return (header + latin).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldSlowAFloodDownToItsReader() throws Exception {
    long before = runner.kilobytes("VmRSS");
    String run = client.code("for i = 1, 500000 do print(('%099d'):format(i)) end");
    StringBuilder unread = new StringBuilder();
    // Nothing is acknowledged: the window fills, and then nothing more may come.
    Message last = client.next("stdout");
    for (Message message = last; message != null; message = client.poll(Duration.ofSeconds(1))) {
      last = message;
      unread.append(message.body());
    }
    assertThat(unread.length()).isBetween(300_000, 1_300_000);
    client.ack(last.seq());
    String text = unread + client.collect(run).stdout();
    assertThat(text).hasSize(50_000_000);
    int number = 0;
    for (int at = 0; at < text.length(); at += 100) {
      assertThat(Integer.parseInt(text, at, at + 99, 10) == ++number).isTrue();
    }
    assertThat(runner.kilobytes("VmRSS") - before).isLessThan(64 * 1024);
  }

  @Test
  void shouldNameAMissingInterpreter(@TempDir Path directory) throws Exception {
    RunnerProcess.Builder builder =
        new RunnerProcess.Builder(directory).agent(keys).language("lua");
    try (RunnerProcess other = builder.environ("PATH", "/nowhere").start();
        LinkClient link = new LinkClient(other, keys)) {
      link.hello();
      Result result = link.run("print(1)");
      assertThat(result.exitCode()).isEqualTo(127);
      assertThat(result.stderr())
          .startsWith(
              "The Lua interpreter could not be started: expected one of lua5.4, lua5.3, lua on"
                  + " the PATH");
    }
  }

  @Test
  void shouldNameTheKnownRuntimes(@TempDir Path directory) throws Exception {
    try (RunnerProcess other =
        new RunnerProcess.Builder(directory).agent(keys).language("cobol").launch()) {
      assertThat(other.awaitExit()).isEqualTo(2);
      assertThat(other.log())
          .contains("Expected the runtime to be one of [app, ")
          .contains("lua, ")
          .contains("but got \"cobol\".");
    }
  }

  @Test
  void shouldLeaveNothingBehind(@TempDir Path directory) throws Exception {
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    RunnerProcess.Builder builder =
        new RunnerProcess.Builder(directory).agent(keys).language("lua").temporary(temporary);
    try (RunnerProcess other = builder.start();
        LinkClient link = new LinkClient(other, keys)) {
      link.hello();
      assertThat(link.run("print(1)").stdout()).isEqualTo("1\n");
      Path own = only(temporary);
      // The snippet is gone with its run.
      assertThat(names(own)).containsExactly("commands");
      link.send("shutdown", Map.of(), "");
      assertThat(other.awaitExit()).isZero();
      assertThat(names(temporary)).isEmpty();
    }
  }

  @Test
  void shouldEndTheDriverWithTheRunner(@TempDir Path directory) throws Exception {
    RunnerProcess other = new RunnerProcess.Builder(directory).agent(keys).language("lua").start();
    long driver;
    try (LinkClient link = new LinkClient(other, keys)) {
      link.hello();
      link.run("print(1)");
      driver = other.process().children().findFirst().orElseThrow().pid();
      other.close();
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(driver).filter(ProcessHandle::isAlive).isEmpty());
  }

  private static Path only(Path directory) throws IOException {
    List<String> names = names(directory);
    assertThat(names).hasSize(1);
    return directory.resolve(names.getFirst());
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("hsperf"))
          .sorted()
          .toList();
    }
  }
}
