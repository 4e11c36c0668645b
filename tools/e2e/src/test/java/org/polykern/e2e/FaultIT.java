package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.polykern.cli.client.ApiClient;
import org.polykern.e2e.Product.Backend;
import org.polykern.e2e.Product.Result;
import org.polykern.e2e.Product.Running;

/** What is killed from outside, on an instance of its own. */
class FaultIT {
  private static Product product;

  @BeforeAll
  static void start() {
    product = Product.start(Backend.PROCESS);
  }

  @AfterAll
  static void stop() {
    product.close();
  }

  @Test
  void shouldDeliverTheOutputOfARunThatOutlivedTheServer() throws Exception {
    String code =
        """
        import time
        print('before', flush=True)
        for i in range(12):
            time.sleep(1)
            print('tick', i, flush=True)
        print('after')
        """;
    product.cli("start", "--name", "fault-outlive", "python");
    Running running = product.background("exec", "fault-outlive", "-c", code);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> running.out().text().startsWith("before\ntick 0\n"));
    kill(product.jvm());
    product.up();
    Result result = running.await(Duration.ofSeconds(60));
    assertThat(result.exitCode()).as(result.err()).isZero();
    StringBuilder expected = new StringBuilder("before\n");
    for (int i = 0; i < 12; i++) {
      expected.append("tick ").append(i).append('\n');
    }
    assertThat(result.out()).isEqualTo(expected.append("after\n").toString());
    assertThat(result.err()).as("a short outage is nobody's trouble").isEmpty();
  }

  @Test
  void shouldDeliverTheEndOfARunThatEndedWhileTheServerWasAway() throws Exception {
    product.cli("start", "--name", "fault-ended", "python");
    Running running =
        product.background(
            "exec",
            "fault-ended",
            "-c",
            "import time, sys; print('on', flush=True); time.sleep(3); print('off'); sys.exit(5)");
    await().atMost(Duration.ofSeconds(30)).until(() -> running.out().text().equals("on\n"));
    kill(product.jvm());
    await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    product.up();
    assertThat(running.await(Duration.ofSeconds(60)))
        .extracting(Result::exitCode, Result::out)
        .containsExactly(5, "on\noff\n");
    product.cli("rm", "fault-ended");
  }

  @Test
  void shouldKeepVariablesOverARestartOfTheServer() throws Exception {
    product.cli("run", "--name", "fault-adopt", "-c", "x = 41", "python");
    kill(product.jvm());
    product.up();
    assertThat(product.cli("exec", "fault-adopt", "-c", "print(x + 1)"))
        .isEqualTo(new Result(0, "42\n", ""));
    assertThat(product.cli("rm", "fault-adopt").exitCode()).isZero();
  }

  @Test
  void shouldBringAnOpenTerminalBackAfterARestartOfTheServer() throws Exception {
    product.cli("start", "--name", "fault-terminal", "python");
    Running run = product.inTerminal("terminal", "fault-terminal");
    await().atMost(Duration.ofSeconds(60)).until(() -> run.out().text().contains("$"));
    run.type("mine=kept; echo $((6*7))\r");
    await().atMost(Duration.ofSeconds(30)).until(() -> run.out().text().contains("42"));
    kill(product.jvm());
    product.up();
    // Drawn anew, with what was there before.
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            run.out().text().lastIndexOf("\033[H\033[2J") > 100
                && run.out()
                    .text()
                    .substring(run.out().text().lastIndexOf("\033[2J"))
                    .contains("42"));
    run.type("echo $((7*7))-$mine\r");
    await().atMost(Duration.ofSeconds(30)).until(() -> run.out().text().contains("49-kept"));
    run.type("\020\021");
    Result left = run.await(Duration.ofSeconds(30));
    assertThat(left.exitCode()).as(left.out()).isZero();
    assertThat(left.err()).endsWith("restored\n");
    product.cli("rm", "fault-terminal");
  }

  @Test
  void shouldEndASessionWhoseRunnerWasKilledAndNoOther() {
    product.cli("run", "--name", "fault-witness", "-c", "x = 1", "python");
    product.cli("start", "--name", "fault-killed", "python");
    Running running =
        product.background(
            "exec", "fault-killed", "-c", "import time; print('on', flush=True); time.sleep(600)");
    await().atMost(Duration.ofSeconds(30)).until(() -> running.out().text().equals("on\n"));
    kill(runnerOf("fault-killed"));
    Result result = running.await(Duration.ofSeconds(45));
    assertThat(result.exitCode()).isNotZero();
    await()
        .atMost(Duration.ofSeconds(45))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(product.cli("ps").out()).doesNotContain("fault-killed"));
    assertThat(product.cli("exec", "fault-witness", "-c", "print(x)").out()).isEqualTo("1\n");
    product.cli("rm", "fault-witness");
  }

  /** The runner is the process that has the session's id in its command line. */
  private static ProcessHandle runnerOf(String session) {
    String id = idOf(session);
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(id))
        .filter(process -> process.info().commandLine().orElse("").contains("pk-runner"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("Expected a runner process of session " + id));
  }

  private static String idOf(String session) {
    try {
      Result matches = product.cli("ps", "--json", session);
      return ApiClient.JSON.readTree(matches.out()).path(0).path("id").asText();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void kill(ProcessHandle process) {
    assertThat(process.destroyForcibly()).isTrue();
    try {
      process.onExit().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("Expected process " + process.pid() + " to end", e);
    }
  }
}
