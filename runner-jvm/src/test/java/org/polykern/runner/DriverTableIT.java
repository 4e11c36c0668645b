package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.ParameterizedInvocationConstants.ARGUMENTS_PLACEHOLDER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/**
 * What every language with a driver promises, a row of snippets per language, through the whole
 * daemon.
 */
@Timeout(240)
class DriverTableIT {

  /**
   * One language's way to say the same things.
   *
   * @param print prints "hello" and a line feed
   * @param set gives the variable x the value 41
   * @param value is x + 1 as the last expression
   * @param shown what the language shows for it
   * @param error throws, uncaught
   * @param complaint part of what standard error says then
   * @param exit calls the language's exit with 3
   * @param input prints "Name? ", reads a line and prints "Hello " and the line
   * @param busy prints "on" and then computes for ever
   * @param sleep prints "on" and then sleeps for more than a minute
   * @param partial the beginning of a word to complete
   * @param word what completes it
   * @param large prints 2^14 lines of 63 characters and a line feed: 1 MiB
   */
  record Row(
      String language,
      String program,
      String print,
      String set,
      String value,
      String shown,
      String error,
      String complaint,
      String exit,
      String input,
      String busy,
      String sleep,
      String partial,
      String word,
      String large) {
    @Override
    public String toString() {
      return language;
    }
  }

  private static final String LINE = "x".repeat(63);

  static Stream<Row> rows() {
    return Stream.of(
        new Row(
            "r",
            "R",
            "cat(\"hello\\n\")",
            "x <- 41",
            "x + 1",
            "[1] 42\n",
            "stop(\"no\")",
            "Error: no",
            "quit(status = 3)",
            "name <- readline(\"Name? \"); cat(\"Hello \", name, \"\\n\", sep = \"\")",
            "cat(\"on\\n\"); repeat {}",
            "cat(\"on\\n\"); Sys.sleep(100)",
            "Sys.slee",
            "Sys.sleep",
            "for (i in 1:2^14) cat(\"" + LINE + "\\n\")"),
        new Row(
            "octave",
            "octave-cli",
            "puts(\"hello\\n\");",
            "x = 41;",
            "x + 1",
            "ans = 42\n",
            "error(\"no\")",
            "error: no",
            "exit(3)",
            "name = input(\"Name? \", \"s\"); printf(\"Hello %s\\n\", name);",
            "puts(\"on\\n\"); fflush(stdout); while true, end",
            "puts(\"on\\n\"); fflush(stdout); pause(100)",
            "y = lins",
            "linspace",
            "for i = 1:2^14, puts(\"" + LINE + "\\n\"); end"),
        new Row(
            "nodejs",
            "node",
            "console.log('hello')",
            "const x = 41;",
            "x + 1",
            "42\n",
            "throw new TypeError('no')",
            "Uncaught TypeError: no\n    at <snippet>:1",
            "process.exit(3); console.log('bad')",
            "const lines = require('readline').createInterface({ input: process.stdin, output: process.stdout });\nconst name = await new Promise((resolve) => lines.question('Name? ', resolve));\nlines.close();\nconsole.log('Hello ' + name)",
            "console.log('on'); while (true);",
            "await require('fs').promises.stat('.'); console.log('on'); await new Promise((resolve) => setTimeout(resolve, 100000))",
            "typ",
            "typeof",
            "for (let i = 0; i < 1 << 14; i++) console.log('" + LINE + "')"),
        new Row(
            "ruby",
            "ruby",
            "puts 'hello'",
            "x = 41;",
            "x + 1",
            "42\n",
            "raise ArgumentError, 'no'",
            "<snippet>:1:in `<main>': no (ArgumentError)",
            "begin; exit 3; rescue; end; puts 'bad'",
            "print 'Name? '; puts \"Hello #{gets}\"",
            "puts 'on'; loop {}",
            "puts 'on'; sleep 100",
            "yie",
            "yield",
            "(1 << 14).times { puts '" + LINE + "' };"),
        new Row(
            "perl",
            "perl",
            "print \"hello\\n\"",
            "my $x = 41",
            "say $x + 1",
            "42\n",
            "die 'no'",
            "no at <snippet> line 1.",
            "eval { exit 3 }; print 'bad'",
            "print 'Name? '; print 'Hello ', scalar <STDIN>",
            "say 'on'; while (1) {}",
            "say 'on'; sleep 100",
            "unsh",
            "unshift",
            "print \"" + LINE + "\\n\" for 1 .. 1 << 14"),
        new Row(
            "php",
            "php",
            "echo \"hello\\n\";",
            "$x = 41;",
            "echo $x + 1, \"\\n\";",
            "42\n",
            "throw new Exception('no');",
            "Uncaught Exception: no in <snippet>:1",
            "false or exit(3); echo 'bad';",
            "echo 'Name? '; echo 'Hello ' . fgets(STDIN);",
            "echo \"on\\n\"; while (true);",
            "echo \"on\\n\"; sleep(100);",
            "str_repl",
            "str_replace",
            "for ($i = 0; $i < 1 << 14; $i++) echo \"" + LINE + "\\n\";"),
        new Row(
            "bash",
            "bash",
            "echo hello",
            "x=41",
            "echo $((x + 1))",
            "42\n",
            ": ${nothing?no}",
            "nothing: no",
            "leave() { while :; do exit 3; done; }\nleave\necho bad",
            "printf 'Name? '; read name; echo \"Hello $name\"",
            "echo on; while :; do :; done",
            "echo on; sleep 100; echo bad",
            "unse",
            "unset",
            "for ((i = 0; i < 1 << 14; i++)); do echo " + LINE + "; done"),
        new Row(
            "java",
            "java",
            "System.out.println(\"hello\");",
            "int x = 41;",
            "x + 1",
            "42\n",
            "throw new IllegalStateException(\"no\");",
            "IllegalStateException: no\n\tat <snippet>:1",
            "System.exit(3);",
            "System.out.print(\"Name? \");"
                + " System.out.println(\"Hello \" + new Scanner(System.in).nextLine());",
            "System.out.println(\"on\"); while (true) { x = 41; }",
            "System.out.println(\"on\"); Thread.sleep(100000);",
            "System.out.printl",
            "println",
            "for (int i = 0; i < 1 << 14; i++) System.out.println(\"" + LINE + "\");"),
        new Row(
            "ocaml",
            "ocaml",
            "print_endline \"hello\"",
            "let x = 41",
            "x + 1",
            "- : int = 42\n",
            "failwith \"no\"",
            "Exception: Failure \"no\".",
            "exit 3",
            "print_string \"Name? \"; print_endline (\"Hello \" ^ read_line ())",
            "print_endline \"on\"; while true do () done",
            "#load \"unix.cma\";; print_endline \"on\";; Unix.sleep 100",
            "List.ma",
            "mapi",
            "for i = 1 to 1 lsl 14 do print_endline \"" + LINE + "\" done"),
        new Row(
            "haskell",
            "ghc",
            "putStrLn \"hello\"",
            "let x = 41",
            "x + 1",
            "42\n",
            "error \"no\"",
            "*** Exception: no",
            "import System.Exit\nexitWith (ExitFailure 3)",
            "putStr \"Name? \"\nname <- getLine\nputStrLn (\"Hello \" ++ name)",
            "putStrLn \"on\"\nlet loop n = loop (n + 1) :: Int\nloop 0",
            "import Control.Concurrent\nputStrLn \"on\"\nthreadDelay 100000000",
            "putStrL",
            "putStrLn",
            "mapM_ (\\_ -> putStrLn \"" + LINE + "\") [1 .. 2 ^ 14]"),
        new Row(
            "scala",
            "scala",
            "println(\"hello\")",
            "val x = 41",
            "x + 1",
            "42\n",
            "throw new IllegalStateException(\"no\")",
            "IllegalStateException: no",
            "sys.exit(3)",
            "print(\"Name? \"); println(\"Hello \" + scala.io.StdIn.readLine())",
            "println(\"on\"); while (true) {}",
            "println(\"on\"); Thread.sleep(100000)",
            "List(1).ma",
            "map",
            "for (i <- 1 to (1 << 14)) println(\"" + LINE + "\")"));
  }

  @ParameterizedTest(name = ARGUMENTS_PLACEHOLDER)
  @MethodSource("rows")
  void shouldKeepTheDriversPromises(Row row, @TempDir Path directory) throws Exception {
    InstalledPrograms.require(row.program());
    ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
    RunnerProcess.Builder builder = new RunnerProcess.Builder(directory).agent(keys);
    try (RunnerProcess runner = builder.language(row.language()).start();
        LinkClient client = new LinkClient(runner, keys)) {
      client.hello();
      computesAndFails(row, client);
      asksForInput(row, client);
      isInterrupted(row, row.busy(), client, () -> {});
      isInterrupted(row, row.sleep(), client, () -> awaitAsleep(runner));
      completes(row, client);
      bearsMuchAndStrange(row, client);
    }
  }

  private static void computesAndFails(Row row, LinkClient client) {
    Result printed = client.run(row.print());
    assertThat(printed.stderr()).isEmpty();
    assertThat(printed.stdout()).isEqualTo("hello\n");
    assertThat(printed.exitCode()).isZero();
    assertThat(client.run(row.set()).interleaved()).isEmpty();
    assertThat(client.run(row.value()).stdout()).isEqualTo(row.shown());
    Result failed = client.run(row.error());
    assertThat(failed.stderr()).contains(row.complaint()).doesNotContain(".driver");
    assertThat(failed.exitCode()).isEqualTo(1);
    Result left = client.run(row.exit());
    assertThat(left.stderr()).isEmpty();
    assertThat(left.exitCode()).isEqualTo(3);
    assertThat(client.run(row.value()).stdout()).isEqualTo(row.shown());
  }

  private static void asksForInput(Row row, LinkClient client) {
    String run = client.code(row.input());
    StringBuilder prompt = new StringBuilder();
    Message message = client.next();
    for (; message.type().equals("stdout"); message = client.next()) {
      prompt.append(message.body());
    }
    assertThat(message.type()).isEqualTo("waiting-input");
    assertThat(prompt.toString()).isEqualTo("Name? ");
    client.send("input", Map.of("run", run), "Zoë");
    Result result = client.collect(run);
    assertThat(result.stdout()).isEqualTo("Hello Zoë\n");
    assertThat(result.exitCode()).isZero();
  }

  private static void isInterrupted(Row row, String endless, LinkClient client, Runnable ready) {
    String run = client.code(endless);
    client.awaitText("on\n");
    ready.run();
    client.send("interrupt", Map.of("run", run), "");
    assertThat(client.collect(run).exitCode()).isEqualTo(130);
    assertThat(client.run(row.value()).stdout()).isEqualTo(row.shown());
  }

  /** Some interpreters notice an interrupt only when the call that follows it has ended. */
  private static void awaitAsleep(RunnerProcess runner) {
    await()
        .until(() ->
            runner
                .process()
                .descendants()
                .noneMatch(process -> isRunning(Path.of("/proc/" + process.pid() + "/stat"))));
  }

  private static boolean isRunning(Path stat) {
    try {
      String text = Files.readString(stat);
      // What the jail has stopped for a moment (t) is about to go on.
      return "Rt".indexOf(text.charAt(text.lastIndexOf(')') + 2)) >= 0;
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  private static void completes(Row row, LinkClient client) {
    int column = row.partial().length();
    String cursor =
        "{\"code\": \"%s\", \"row\": 0, \"col\": %d, \"line\": \"%s\", \"post\": \"\"}"
            .formatted(row.partial(), column, row.partial());
    client.send("complete", Map.of("id", "c"), cursor);
    assertThat(client.next("completion").body()).contains("\"" + row.word() + "\"");
  }

  private static void bearsMuchAndStrange(Row row, LinkClient client) {
    client.run("\0 \uFFFF \"");
    Result large = client.run(row.large());
    assertThat(large.stdout()).hasSize(1 << 20).endsWith(LINE + "\n");
    assertThat(large.exitCode()).isZero();
    assertThat(client.run(row.value()).stdout()).isEqualTo(row.shown());
  }
}
