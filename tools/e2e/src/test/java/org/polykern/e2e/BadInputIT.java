package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.cli.client.ClientConfig;
import org.polykern.e2e.Product.Result;
import org.polykern.e2e.RawRequest.Answer;

/**
 * Requests that are wrong, and programs that misbehave: a reason each time, and no harm to others.
 */
@ExtendWith(SharedProduct.class)
class BadInputIT {
  private static final String WITNESS = "bad-input-witness";
  private static final String BAD = "bad-input-culprit";

  private Product product;
  private ClientConfig config;

  @BeforeEach
  void use(Product shared) {
    product = shared;
    config = product.config();
  }

  @AfterEach
  void remove() {
    product.cli("rm", "--force", WITNESS, BAD);
  }

  @Test
  void shouldRefuseAnUnsignedRequest() throws Exception {
    expect(new RawRequest(config).unsigned().send(), 401, "auth-failed", "Unauthorized");
  }

  @Test
  void shouldRefuseAWrongSignature() throws Exception {
    expect(new RawRequest(config).secret("wrong").send(), 401, "auth-failed", "Signature mismatch");
  }

  @Test
  void shouldRefuseAnUnknownKey() throws Exception {
    ClientConfig unknown =
        new ClientConfig(
            config.endpoint(), "AKIAUNKNOWNUNKNOWN00", config.secretKey(), config.origin());
    expect(new RawRequest(unknown).send(), 401, "auth-failed", "Access key not found");
  }

  @Test
  void shouldRefuseDatesThatAreOffOrNone() throws Exception {
    Duration off = Duration.ofMinutes(16);
    for (Answer answer :
        java.util.List.of(
            new RawRequest(config).dated(Instant.now().minus(off)).send(),
            new RawRequest(config).dated(Instant.now().plus(off)).send(),
            new RawRequest(config).dated("yesterday").send())) {
      expect(answer, 400, "invalid-auth-params", "Date/time sync error");
    }
  }

  @Test
  void shouldRefuseAReplayWithAnotherDate() throws Exception {
    Instant then = Instant.now().minusSeconds(60);
    Answer answer = new RawRequest(config).dated(Instant.now()).signedAt(then).send();
    expect(answer, 401, "auth-failed", "Signature mismatch");
  }

  @Test
  void shouldNameThePositionInMalformedJson() throws Exception {
    Answer answer =
        new RawRequest(config)
            .to("POST", "/session")
            .body("{\n  \"name\": \"abcd\",\n  oops}")
            .send();
    expect(answer, 400, "invalid-api-params", "line 3");
    assertThat(answer.text()).containsPattern("column \\d+");
  }

  @Test
  void shouldRefuseParametersByName() throws Exception {
    Answer answer =
        new RawRequest(config)
            .to("POST", "/session")
            .body("{\"name\": \"a\", \"image\": \"python\"}")
            .send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.kind()).isEqualTo("invalid-api-params");
    assertThat(answer.body().path("data").has("name")).as("%s", answer.body()).isTrue();
  }

  @Test
  void shouldTellUnknownPathsFromUnknownMethods() throws Exception {
    expect(new RawRequest(config).to("GET", "/nowhere").send(), 404, "url-not-found", "");
    expect(new RawRequest(config).to("PUT", "/session").send(), 405, "method-not-allowed", "");
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
              "mem=256m",
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

  private static void expect(Answer answer, int status, String kind, String text) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.kind()).isEqualTo(kind);
    assertThat(answer.text()).contains(text);
  }
}
