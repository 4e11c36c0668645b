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
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/** Python's query mode as a user sees it, through the whole daemon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PythonIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    runner =
        new RunnerProcess.Builder(directory).agent(keys).environ("GREETING", "good\nday").start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterAll
  void stop() {
    client.close();
    runner.close();
  }

  @Test
  void shouldPrintAndKeepGlobals() {
    assertThat(client.run("print(6*7)").interleaved()).containsExactly("stdout:42\n");
    client.run("a = 20\ndef f(x): return x + a");
    Result result = client.run("f(1)");
    assertThat(result.stdout()).isEqualTo("21\n");
    assertThat(result.exitCode()).isZero();
    assertThat(client.run("_ + 1").stdout()).isEqualTo("22\n");
    assertThat(client.run("_;").stdout()).isEmpty();
    assertThat(client.run("None").stdout()).isEmpty();
    assertThat(client.run("").messages()).hasSize(1);
  }

  @Test
  void shouldShowTracebackOfTheSnippetOnly() {
    client.run("def inner(x):\n    return 1 / x\n");
    Result result = client.run("y = 0\ninner(y)");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr())
        .startsWith("Traceback (most recent call last):\n  File \"<run-")
        .contains("line 2, in <module>\n    inner(y)")
        .contains("in inner\n    return 1 / x")
        .endsWith("ZeroDivisionError: division by zero\n")
        .doesNotContain("polykern");
    Result syntax = client.run("x = = 1");
    assertThat(syntax.exitCode()).isEqualTo(1);
    assertThat(syntax.stderr())
        .contains("x = = 1")
        .contains("SyntaxError")
        .doesNotContain("polykern");
    Result chained = client.run("try:\n  1/0\nexcept Exception:\n  raise KeyError('k')");
    assertThat(chained.stderr()).contains("During handling").doesNotContain("polykern");
  }

  @Test
  void shouldAnswerExitCodes() {
    assertThat(client.run("import sys; sys.exit(7)").exitCode()).isEqualTo(7);
    assertThat(client.run("exit()").exitCode()).isZero();
    Result text = client.run("raise SystemExit('no way')");
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.stderr()).isEqualTo("no way\n");
    assertThat(client.run("print('alive')").stdout()).isEqualTo("alive\n");
  }

  @Test
  void shouldKeepTheOrderOfBothStreams() {
    Result result =
        client.run(
            """
            import sys, os, subprocess
            for i in range(3):
                print('out', i)
                print('err', i, file=sys.stderr)
            sys.stdout.buffer.write(b'bytes\\n')
            sys.stderr.write('e\\n')
            sys.stdout.write('o\\n');
            """);
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:out 0\n",
            "stderr:err 0\n",
            "stdout:out 1\n",
            "stderr:err 1\n",
            "stdout:out 2\n",
            "stderr:err 2\n",
            "stdout:bytes\n",
            "stderr:e\n",
            "stdout:o\n");
  }

  @Test
  void shouldDeliverOutputOfChildrenWithinTheRun() {
    Result result =
        client.run(
            """
            import os, subprocess
            print('before')
            os.system('echo child; echo oops >&2')
            print('after')
            subprocess.run(['sh', '-c', 'echo second'])
            os.write(1, b'raw\\n')
            """);
    assertThat(result.stdout())
        .isEqualTo("before\nchild\nafter\nsecond\n4\nraw\n".replace("4\nraw", "raw\n4"));
    assertThat(result.stderr()).isEqualTo("oops\n");
    for (int i = 0; i < 20; i++) {
      assertThat(client.run("os.system('echo %d')".formatted(i)).stdout()).isEqualTo(i + "\n0\n");
    }
  }

  @Test
  void shouldSurviveForks() {
    Result result =
        client.run(
            """
            import os, sys
            pid = os.fork()
            if pid == 0:
                print('child')
                sys.stdout.flush()
            else:
                os.waitpid(pid, 0)
                print('parent')
            """);
    assertThat(result.stdout()).isEqualTo("child\nparent\n");
    Result pool =
        client.run(
            """
            import multiprocessing
            def double(x): return 2 * x
            with multiprocessing.get_context('fork').Pool(2) as pool:
                print(pool.map(double, range(5)))
            """);
    assertThat(pool.stderr()).isEmpty();
    assertThat(pool.stdout()).isEqualTo("[0, 2, 4, 6, 8]\n");
  }

  @Test
  void shouldAskForInput() {
    String run = client.code("name = input('Who? ')\nprint('Hello', name)");
    assertThat(client.next("stdout").body()).isEqualTo("Who? ");
    Message waiting = client.next("waiting-input");
    assertThat(waiting.body()).isEqualTo("{\"is_password\": false}");
    client.send("input", Map.of("run", run), "Wörld");
    assertThat(client.collect(run).stdout()).isEqualTo("Hello Wörld\n");

    run =
        client.code("import getpass, sys\np = getpass.getpass()\nq = sys.stdin.readline()\n(p, q)");
    assertThat(client.next("stdout").body()).isEqualTo("Password: ");
    assertThat(client.next("waiting-input").body()).isEqualTo("{\"is_password\": true}");
    client.send("input", Map.of("run", run), "secret");
    assertThat(client.next("waiting-input").body()).isEqualTo("{\"is_password\": false}");
    client.send("input", Map.of("run", run), "");
    assertThat(client.collect(run).stdout()).isEqualTo("('secret', '\\n')\n");
  }

  @Test
  void shouldShowRichValues() {
    Result result =
        client.run(
            """
            class Table:
                def _repr_html_(self): return '<b>table</b>'
            class Image:
                def _repr_png_(self): return b'\\x89PNG'
            class Bundle:
                def _repr_mimebundle_(self, **options):
                    return {'text/plain': 'x', 'image/svg+xml': '<svg/>'}
            print('first')
            display(Table(), 5)
            display(Image())
            Bundle()
            """);
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:first\n",
            "html:<b>table</b>",
            "stdout:5\n",
            "media:{\"type\": \"image/png\", \"data\": \"data:image/png;base64,iVBORw==\"}"
                + "{\"type\": \"image/svg+xml\", \"data\": \"<svg/>\"}");
  }

  @Test
  void shouldPreferWhatIsRichest() {
    Result result =
        client.run(
            """
            class Formula:
                def _repr_latex_(self): return '$x^2$'
            class Photo:
                def _repr_jpeg_(self): return (b'\\xff\\xd8', {'width': 3})
            class Drawing:
                def _repr_svg_(self): return '<svg/>'
                def _repr_html_(self): return None
            class Note:
                def _repr_markdown_(self): return '*n*'
                def _repr_json_(self): return {'n': 1}
            class Tree:
                def _repr_json_(self): return {'n': [1]}
            class Chart:
                def _repr_mimebundle_(self, **options):
                    return {'application/vnd.plotly.v1+json': {'data': []}, 'text/plain': 'c'}
            class Plot(Chart):
                def _repr_html_(self): return '<div/>'
            for value in Formula(), Photo(), Drawing(), Note(), Tree(), Chart(), Plot():
                display(value)
                print()
            display({'text/plain': 'p', 'text/html': '<i/>'}, {'text/plain': 'p'}, raw=True)
            """);
    assertThat(result.stderr()).isEmpty();
    assertThat(result.interleaved())
        .containsExactly(
            "media:{\"type\": \"text/latex\", \"data\": \"$x^2$\"}",
            "stdout:\n",
            "media:{\"type\": \"image/jpeg\", \"data\": \"data:image/jpeg;base64,/9g=\"}",
            "stdout:\n",
            "media:{\"type\": \"image/svg+xml\", \"data\": \"<svg/>\"}",
            "stdout:\n",
            "media:{\"type\": \"text/markdown\", \"data\": \"*n*\"}",
            "stdout:\n",
            "media:{\"type\": \"application/json\", \"data\": \"{\\\"n\\\": [1]}\"}",
            "stdout:\n",
            "media:{\"type\": \"application/vnd.plotly.v1+json\", \"data\": \"{\\\"data\\\": []}\"}",
            "stdout:\n",
            "html:<div/>",
            "stdout:\n",
            "html:<i/>",
            "stdout:p\n");
  }

  @Test
  void shouldShowFiguresOfMatplotlib() throws Exception {
    // A stand-in with the few calls that the driver makes, since the library is large.
    Path library = Files.createDirectories(runner.work().resolve("matplotlib"));
    Files.writeString(library.resolve("__init__.py"), "");
    Files.writeString(
        library.resolve("figure.py"),
        """
        class Figure:
            def __init__(self, name): self.name = name
            def savefig(self, target, **options): target.write(self.name.encode())
        """);
    Files.writeString(
        library.resolve("pyplot.py"),
        """
        import os
        from matplotlib.figure import Figure
        backend = os.environ['MPLBACKEND']
        figures = {}
        def plot(name): figures[len(figures) + 1] = Figure(name)
        def get_fignums(): return list(figures)
        def figure(number): return figures[number]
        def close(figure):
            for number in [n for n, f in figures.items() if f is figure]: del figures[number]
        def show(): raise RuntimeError('no display')
        """);
    Result result =
        client.run(
            """
            import matplotlib.pyplot as plt
            print(plt.backend)
            plt.plot('one')
            plt.show()
            print('between')
            plt.plot('two')
            """);
    assertThat(result.stderr()).isEmpty();
    assertThat(result.interleaved())
        .containsExactly(
            "stdout:Agg\n",
            "media:{\"type\": \"image/png\", \"data\": \"data:image/png;base64,b25l\"}",
            "stdout:between\n",
            "media:{\"type\": \"image/png\", \"data\": \"data:image/png;base64,dHdv\"}");
  }

  @Test
  void shouldComplete() {
    client.run("import os\nnumbers = [1]");
    assertThat(complete("pri")).isEqualTo("{\"suggestions\": [\"print\"]}");
    assertThat(complete("x = numbers.app")).isEqualTo("{\"suggestions\": [\"numbers.append\"]}");
    assertThat(complete("import getpas")).isEqualTo("{\"suggestions\": [\"getpass\"]}");
    assertThat(complete("os.path.isab")).isEqualTo("{\"suggestions\": [\"os.path.isabs\"]}");
    assertThat(complete("nothing_of_this_name.")).isEqualTo("{\"suggestions\": []}");
    String run = client.code("import time\nprint('busy', flush=True)\nwhile True: pass");
    client.awaitText("busy");
    assertThat(complete("num")).isEqualTo("{\"suggestions\": [\"numbers\"]}");
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
  void shouldInterruptWhateverRuns() {
    client.run("kept = 'kept'");
    for (String busy :
        new String[] {
          "while True: pass",
          "import time; time.sleep(100)",
          "import subprocess; subprocess.run(['sleep', '100'])",
          "input()",
        }) {
      String run = client.code("print('begun', flush=True)\n" + busy);
      client.awaitText("begun");
      if (busy.equals("input()")) {
        client.next("waiting-input");
      }
      client.send("interrupt", Map.of("run", run), "");
      Result result = client.collect(run);
      assertThat(result.stderr())
          .as(busy)
          .endsWith("KeyboardInterrupt\n")
          .doesNotContain("polykern");
      assertThat(result.exitCode()).as(busy).isEqualTo(130);
    }
    assertThat(client.run("kept").stdout()).isEqualTo("'kept'\n");
  }

  @Test
  void shouldWriteAnyText() {
    assertThat(client.run("print('a\\udcffb \\ud800 \\U0001f600 ü')").stdout())
        .isEqualTo("a\\udcffb \\ud800 \uD83D\uDE00 ü\n");
    assertThat(client.run("print('a\\udcff')").stdout()).isEqualTo("a\uFFFD\n");
    assertThat(
            client
                .run("import sys\nfor b in 'ü€'.encode(): sys.stdout.buffer.write(bytes([b]))\n")
                .stdout())
        .isEqualTo("ü€");
    assertThat(client.run("import os\nos.write(1, b'\\xff\\xc3')\nNone").stdout())
        .isEqualTo("\uFFFD\uFFFD");
    Result wide = client.run("print('€' * 200_000)");
    assertThat(wide.stdout()).isEqualTo("€".repeat(200_000) + "\n");
    assertThat(wide.messages())
        .allMatch(m -> m.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= 65_536);
  }

  @Test
  void shouldFinishWhenTheInterpreterEnds() {
    for (Map.Entry<String, Long> death :
        Map.of(
                "import os; print('last', flush=True); os._exit(3)", 3L,
                "import os; print('last', flush=True); os.kill(os.getpid(), 9)", 137L,
                "import os; print('last', flush=True); os.closerange(3, 100); input()", 137L)
            .entrySet()) {
      Result result = client.run(death.getKey());
      assertThat(result.exitCode()).as(death.getKey()).isEqualTo(death.getValue());
      assertThat(result.stdout()).isEqualTo("last\n");
      assertThat(result.stderr()).contains("a new one starts with the next run");
      assertThat(client.run("print('new')").stdout()).isEqualTo("new\n");
    }
  }

  @Test
  void shouldEscalateInterrupts() {
    String run =
        client.code(
            """
            import signal
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print('begun', flush=True)
            while True: pass
            """);
    client.awaitText("begun");
    client.send("interrupt", Map.of(), "");
    client.send("interrupt", Map.of(), "");
    Result result = client.collect(run);
    assertThat(result.exitCode()).isEqualTo(143);
    assertThat(client.run("1").stdout()).isEqualTo("1\n");
  }

  @Test
  void shouldGiveChildrenTheirEnvironment() {
    Result result =
        client.run(
            """
            import os
            for k in ('GREETING', 'LANG', 'TERM', 'USER', 'LOGNAME'): print(repr(os.environ.get(k)))
            print(os.environ['HOME'] == os.getcwd(), os.environ['HOME'] + '/.local/bin' in os.environ['PATH'].split(':'))
            """);
    assertThat(result.stdout())
        .isEqualTo("'good\\nday'\n'C.UTF-8'\n'xterm'\n'work'\n'work'\nTrue True\n");
  }

  @Test
  void shouldKeepOutputBetweenRunsOutOfTheNextRun() throws Exception {
    client.run(
        """
        import threading, time
        def later():
            time.sleep(0.05); print('stray'); os.system('echo straychild')
        import os
        thread = threading.Thread(target=later); thread.start()
        """);
    org.awaitility.Awaitility.await().until(() -> runner.log().contains("straychild"));
    assertThat(runner.log()).contains("stray\n");
    assertThat(client.run("thread.join(); print('clean')").stdout()).isEqualTo("clean\n");
  }
}
