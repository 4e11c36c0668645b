package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.LinkClient.Result;
import org.zeromq.ZMQ;

/** Code that does what it should not: the run ends with a reason and the session goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class HostileCodeIT {
  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  private RunnerProcess runner;
  private LinkClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    runner = new RunnerProcess.Builder(directory).agent(keys).start();
    client = new LinkClient(runner, keys);
    client.hello();
  }

  @AfterEach
  void shouldStillWork() {
    assertThat(client.run("print('still here')").stdout()).isEqualTo("still here\n");
  }

  @AfterAll
  void stop() {
    client.close();
    runner.close();
  }

  @Test
  void shouldSurviveManyForks() {
    Result result =
        client.run(
            """
            import os
            for i in range(6):
                os.fork()
            while True:
                try: os.wait()
                except ChildProcessError: break
            print('x')
            """);
    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).isEqualTo("x\n".repeat(64));
  }

  @Test
  void shouldEndAForkingRunByInterrupts() {
    String run =
        client.code(
            """
            import os, time
            print('begun', flush=True)
            for _ in range(300):
                if os.fork() == 0:
                    while True:
                        try: time.sleep(100)
                        except KeyboardInterrupt: pass
                time.sleep(0.01)
            """);
    client.awaitText("begun");
    client.send("interrupt", Map.of(), "");
    Result result = client.collect(run);
    assertThat(result.exitCode()).isEqualTo(130);
    // The children ignore SIGINT; they end with the interpreter.
    assertThat(client.run("import os; os.abort()").exitCode()).isEqualTo(134);
  }

  @Test
  void shouldLeaveNothingOfAKilledInterpreter() {
    Result result =
        client.run(
            """
            import os, subprocess
            child = subprocess.Popen(['sleep', '1000'])
            print(child.pid, flush=True)
            os.kill(os.getpid(), 9)
            """);
    assertThat(result.exitCode()).isEqualTo(137);
    long child = Long.parseLong(result.stdout().trim());
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void shouldKeepFramesWholeWhenHandlersRaise() {
    Result result =
        client.run(
            """
            import signal, time
            class Late(Exception): pass
            armed = False
            count = 0
            def handler(*_):
                global armed, count
                if armed:
                    armed = False
                    count += 1
                    raise Late
            before = signal.signal(signal.SIGALRM, handler)
            assert before == signal.SIG_DFL and signal.getsignal(signal.SIGALRM) is handler
            end = time.monotonic() + 1
            signal.setitimer(signal.ITIMER_REAL, 0.0007, 0.0007)
            while time.monotonic() < end:
                try:
                    armed = True
                    for i in range(100): print('y' * 5000)
                except Late: pass
            try: armed = False
            except Late: pass
            print()
            print(count > 10)
            """);
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stdout()).endsWith("\nTrue\n").matches("(?s)[y\n]*True\n");
    // Between runs a handler may raise as it likes.
    client.run("armed = True");
    client.run("signal.setitimer(signal.ITIMER_REAL, 0)");
  }

  @Test
  void shouldReportEndlessRecursionAndNoMemory() {
    Result recursion = client.run("def f(): return f()\nf()");
    assertThat(recursion.exitCode()).isEqualTo(1);
    assertThat(recursion.stderr()).contains("RecursionError").doesNotContain("polykern");
    Result nested = client.run("(".repeat(5000) + ")".repeat(5000));
    assertThat(nested.exitCode()).isEqualTo(1);
    assertThat(nested.stderr()).isNotEmpty();
    Result memory =
        client.run(
            """
            import resource
            old = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (400 << 20, old[1]))
            try: x = bytearray(10 << 30)
            finally: resource.setrlimit(resource.RLIMIT_AS, old)
            """);
    assertThat(memory.exitCode()).isEqualTo(1);
    assertThat(memory.stderr()).contains("MemoryError");
  }

  @Test
  void shouldBearReplacedAndClosedStreams() {
    assertThat(client.run("import sys; sys.stdout = None").exitCode()).isZero();
    assertThat(client.run("import sys; sys.stdout.close(); sys.stdin.close()").exitCode()).isZero();
    assertThat(
            client
                .run(
                    "import io, contextlib\nb = io.StringIO()\nwith contextlib.redirect_stdout(b): print('in')\nb.getvalue()")
                .stdout())
        .isEqualTo("'in\\n'\n");
    assertThat(client.run("import os; os.close(1); os.close(2); print('kept')").stdout())
        .isEqualTo("kept\n");
    // What writes to the closed descriptors itself must start anew.
    client.run("import os; os._exit(0)");
  }

  @Test
  void shouldBearObjectsThatMisbehave() {
    Result result =
        client.run(
            """
            class Bad:
                def __repr__(self): raise ValueError('no repr')
                def _repr_html_(self): raise ValueError('no html')
                def __getattr__(self, name): raise RuntimeError(name)
            Bad()
            """);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr()).contains("no html").contains("no repr").doesNotContain("polykern");
    Result error =
        client.run(
            """
            class Worse(Exception):
                def __str__(self): raise ValueError('no text')
            raise Worse
            """);
    assertThat(error.exitCode()).isEqualTo(1);
    assertThat(error.stderr()).contains("Worse");
  }

  @Test
  void shouldRunThreadsAndCoroutines() {
    Result threads =
        client.run(
            """
            import threading
            def work(n):
                for i in range(200): print(f'{n}:{i}')
            threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            for t in threads: t.start()
            for t in threads: t.join()
            """);
    assertThat(threads.stdout().split("[\n]")).hasSize(1600);
    Result coroutine = client.run("import asyncio\nx = await asyncio.sleep(0.01, 'slept')\nx");
    assertThat(coroutine.stderr()).isEmpty();
    assertThat(coroutine.stdout()).isEqualTo("'slept'\n");
  }

  @Test
  void shouldRefuseInputOutsideTheMainThread() {
    Result result =
        client.run(
            """
            import threading
            def work():
                try: input()
                except EOFError as e: print(e)
            t = threading.Thread(target=work); t.start(); t.join()
            """);
    assertThat(result.stdout()).contains("main thread");
  }

  @Test
  void shouldBoundAFloodOfRawOutput() throws Exception {
    long before = runner.kilobytes("VmRSS");
    Result result =
        client.run("import subprocess; subprocess.run('yes | head -c 50000000', shell=True); None");
    assertThat(result.stdout()).hasSize(50_000_000);
    assertThat(runner.kilobytes("VmRSS") - before).isLessThan(64 * 1024);
  }

  @Test
  void shouldNotFollowABackgroundFlood() {
    Result result =
        client.run("import subprocess; p = subprocess.Popen(['yes', 'flood']); print('done')");
    assertThat(result.exitCode()).isZero();
    assertThat(client.run("p.kill(); p.wait(); 1").exitCode()).isZero();
  }
}
