package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.BatchCommands;
import org.polykern.cli.client.RunLoop;
import org.polykern.cli.client.RunStep;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;
import org.polykern.e2e.RawRequest.Answer;

/**
 * Sources and programs that no one should write: a defined outcome each time, and a session that
 * goes on.
 */
@ExtendWith(SharedProduct.class)
@Timeout(120)
class OddRunIT {
  private static final String SESSION = "odd-run";

  private Product product;
  private ApiClient api;
  private SessionClient sessions;

  private record Ran(int exitCode, String out, String err) {}

  @BeforeEach
  void start(Product shared) {
    product = shared;
    api = new ApiClient(product.config());
    sessions = new SessionClient(api);
    sessions.create(
        new SessionSpec(SESSION, "python", Map.of(), Map.of("mem", "512m"), true, false, 60));
  }

  @AfterEach
  void remove() {
    assertThat(query("print(6 * 7)")).isEqualTo(new Ran(0, "42\n", ""));
    sessions.destroy(SESSION, true);
    api.close();
  }

  /** JSON is UTF-8; guessing what was meant would run another program than the one sent. */
  @Test
  void shouldNameThePlaceOfBytesThatAreNoText() throws Exception {
    byte[] body =
        "{\"mode\": \"query\", \"code\": \"print('a\u00ffb')\"}"
            .getBytes(StandardCharsets.ISO_8859_1);
    Answer answer =
        new RawRequest(product.config()).to("POST", "/session/" + SESSION).body(body).send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.kind()).isEqualTo("invalid-api-params");
    assertThat(answer.text()).contains("line 1, column 37", "Invalid UTF-8");
  }

  @Test
  void shouldComplainAboutNulBytesAsTheLanguageDoes() {
    Ran ran = query("print(1)\0");
    assertThat(ran.err()).contains("null bytes");
    assertThat(ran.exitCode()).isEqualTo(1);
  }

  @Test
  void shouldRunTenMegabytesOfSource() {
    assertThat(query("print(len('" + "x".repeat(10_000_000) + "'))"))
        .isEqualTo(new Ran(0, "10000000\n", ""));
  }

  @Test
  void shouldNameTheLimitOfASource() {
    assertThatThrownBy(() -> query("x".repeat(17 << 20)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("at most 16777216 bytes");
  }

  @Test
  void shouldInterruptABuildThatNeverEnds() {
    List<String> steps = new ArrayList<>();
    Transcript interrupting =
        new Transcript() {
          private boolean asked;

          @Override
          public void output(List<RunStep.Item> items) {
            super.output(items);
            if (!asked && out.toString().contains("building")) {
              asked = true;
              sessions.interrupt(SESSION);
            }
          }

          @Override
          public void stepFinished(String name, @Nullable Integer exitCode) {
            steps.add(name + " " + exitCode);
          }
        };
    RunStep last =
        new RunLoop(sessions, interrupting)
            .runBatch(
                SESSION,
                new BatchCommands(null, "echo building; while :; do :; done", "echo never"));
    assertThat(steps).endsWith("build 130");
    assertThat(last.exitCode()).isEqualTo(127);
    assertThat(interrupting.out).doesNotContain("never");
  }

  @Test
  void shouldSeeTheEndOfAProgramThatClosesItsOutput() {
    assertThat(execute("exec >&- 2>&-; sleep 1; exit 4")).isEqualTo(new Ran(4, "", ""));
    Ran ran = query("import os, sys\nprint('on', flush=True)\nos.close(1)\nsys.exit(5)");
    assertThat(ran.out()).isEqualTo("on\n");
    assertThat(ran.exitCode()).isEqualTo(5);
  }

  @Test
  void shouldNotWaitForADaemonAndEndItWithWhatStartedIt() {
    assertThat(execute("setsid sleep 7654321 & echo started"))
        .isEqualTo(new Ran(0, "started\n", ""));
    Awaitility.await().until(() -> daemons() == 0);
    assertThat(
            query("import subprocess; subprocess.Popen(['setsid', 'sleep', '7654321']); print(1)")
                .out())
        .isEqualTo("1\n");
    assertThat(query("print('beside it')").out()).isEqualTo("beside it\n");
    Awaitility.await().until(() -> daemons() == 1);
    sessions.destroy(SESSION, true);
    Awaitility.await().until(() -> daemons() == 0);
    start(product);
  }

  @Test
  void shouldShowBinaryOutputAsText() {
    Ran ran = execute("printf 'a\\377\\000b\\n'; head -c 300000 /dev/urandom; exit 6");
    assertThat(ran.out()).startsWith("a\uFFFD\0b\n").hasSizeGreaterThan(100_000);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exitCode()).isEqualTo(6);
  }

  @Test
  void shouldNameALanguageThatIsNotHere() {
    assertThatThrownBy(() ->
            sessions.create(
                new SessionSpec("odd-cobol", "cobol", Map.of(), Map.of(), true, false, 60)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("cobol");
  }

  private static long daemons() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 7654321"))
        .count();
  }

  private Ran query(String code) {
    Transcript transcript = new Transcript();
    return ran(new RunLoop(sessions, transcript).run(SESSION, code), transcript);
  }

  private Ran execute(String command) {
    Transcript transcript = new Transcript();
    RunLoop loop = new RunLoop(sessions, transcript);
    return ran(loop.runBatch(SESSION, new BatchCommands(null, null, command)), transcript);
  }

  private static Ran ran(RunStep last, Transcript transcript) {
    Integer exitCode = last.exitCode();
    return new Ran(
        exitCode == null ? -1 : exitCode, transcript.out.toString(), transcript.err.toString());
  }
}
