package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

class AuthorizationHeaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BackendAI signMethod=HMAC-SHA256, credential=AKIA:abc",
        "Sorna signMethod=HMAC-SHA256, credential=AKIA:abc",
        "BackendAI credential=AKIA:abc,signMethod=hmac-SHA256",
        "BackendAI   signMethod = HMAC-SHA256 ,  credential = AKIA:abc , extra=1",
      })
  void shouldReadBothSpellings(String header) {
    assertThat(AuthorizationHeader.parse(header))
        .isEqualTo(new AuthorizationHeader("SHA256", "AKIA", "abc"));
  }

  @Test
  void shouldLeaveStrangeHashNamesToTheNextStep() {
    assertThat(
            AuthorizationHeader.parse("BackendAI signMethod=HMAC-SHA3-256, credential=A:b")
                .hashName())
        .isEqualTo("SHA3-256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "BackendAI",
        "Bearer abc",
        "backendai signMethod=HMAC-SHA256, credential=A:b",
        "BackendAI signMethod=HMAC-SHA256",
        "BackendAI credential=A:b",
        "BackendAI signMethod=SHA256, credential=A:b",
        "BackendAI signMethod=XMAC-SHA256,credential=A:b",
        "BackendAI signMethod=HMAC-SHA256, credential=A",
        "BackendAI signMethod=HMAC-SHA256, credential=:b",
        "BackendAI signMethod=HMAC-SHA256, credential=A:",
        "BackendAI nonsense",
      })
  void shouldRefuseMalformedOnes(String header) {
    assertThatThrownBy(() -> AuthorizationHeader.parse(header))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.INVALID_AUTH_PARAMS));
  }
}
