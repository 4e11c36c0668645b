package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.cli.client.ClientConfig;
import org.polykern.e2e.RawRequest.Answer;

/**
 * Requests that are wrong, and programs that misbehave: a reason each time, and no harm to others.
 */
@ExtendWith(SharedProduct.class)
class BadInputIT {
  private ClientConfig config;

  @BeforeEach
  void use(Product shared) {
    config = shared.config();
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

  private static void expect(Answer answer, int status, String kind, String text) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.contentType()).startsWith("application/problem+json");
    assertThat(answer.kind()).isEqualTo(kind);
    assertThat(answer.text()).contains(text);
  }
}
