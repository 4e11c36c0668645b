package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.e2e.Product.Result;

/**
 * Programs that misbehave, on either backend: a reason each time, and no harm to other sessions.
 */
@ExtendWith(SharedProduct.class)
abstract class ProgramContract {
  private static final String WITNESS = "program-witness";
  private static final String BAD = "program-culprit";

  /** Set by the backend's own class before each test. */
  Product product;

  @AfterEach
  void remove() {
    if (product != null) {
      product.cli("rm", "--force", WITNESS, BAD);
    }
  }

  @Test
  void shouldDeliverFiftyMegabytes() {
    witnessed(() -> {
      Result result =
          product.cli(
              "run",
              "--name",
              BAD,
              "-c",
              "line = 'x' * 99\nfor i in range(524288): print(line)",
              "python");
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out().length()).isEqualTo(524288 * 100);
    });
  }

  @Test
  void shouldBoundTheNumberOfProcesses() {
    String code =
        """
        import os, signal, time
        pids = []
        try:
            for i in range(20000):
                pid = os.fork()
                if pid == 0:
                    time.sleep(60)
                    os._exit(0)
                pids.append(pid)
            print('no limit')
        except OSError as e:
            print('refused:', type(e).__name__)
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        """;
    witnessed(() -> {
      Result result = product.cli("run", "--name", BAD, "-r", "mem=2g", "-c", code, "python");
      assertThat(result.out()).isEqualTo("refused: BlockingIOError\n");
      assertThat(result.exitCode()).isZero();
    });
  }

  @Test
  void shouldSurviveAProgramThatEatsItsMemory() {
    witnessed(() -> {
      Result result =
          product.cli(
              "run",
              "--name",
              BAD,
              "-r",
              "mem=512m",
              "-c",
              "hog = []\nfor i in range(64): hog.append(b'x' * (32 << 20))\nprint('no limit')",
              "python");
      assertThat(result.out()).doesNotContain("no limit");
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.err()).as("a reason").containsAnyOf("memory", "Memory", "signal 9");
    });
  }

  @Test
  void shouldSurviveAProgramThatKillsItsInterpreter() {
    witnessed(() -> {
      Result result =
          product.cli(
              "run",
              "--name",
              BAD,
              "-c",
              "import os, signal\nprint('bye', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)",
              "python");
      assertThat(result.out()).startsWith("bye\n");
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.err()).as("a reason").isNotEmpty();
      Result next = product.cli("exec", BAD, "-c", "print('a new interpreter')");
      assertThat(next.out()).isEqualTo("a new interpreter\n");
    });
  }

  /** Runs the misdeed beside another session, which must keep its variables. */
  private void witnessed(Runnable misdeed) {
    Result before = product.cli("run", "--name", WITNESS, "-c", "seen = 'unharmed'", "python");
    assertThat(before.exitCode()).as(before.err()).isZero();
    misdeed.run();
    assertThat(product.cli("exec", WITNESS, "-c", "print(seen)"))
        .isEqualTo(new Result(0, "unharmed\n", ""));
  }
}
