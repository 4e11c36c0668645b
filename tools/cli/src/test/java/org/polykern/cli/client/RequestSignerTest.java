package org.polykern.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of the API's documentation for both official clients. */
class RequestSignerTest {
  private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String DATE = "2022-06-15T12:34:56.789012+00:00";

  private final RequestSigner signer =
      new RequestSigner(ACCESS_KEY, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  @ParameterizedTest
  @CsvSource({
    "POST, /session, application/json,"
        + " 6b7f8b5ae6a5cb6a7106f94cb93d349e85da823ed3feef14843b34339bbb8857",
    "GET, /session/mysess/logs, text/plain,"
        + " 988c0bed8ecca2f203d8efe53fc036b6cc2f592e74c34deb4588102d51fd6ae5",
    "POST, /session/mysess/upload, multipart/form-data; boundary=x,"
        + " 016d65c63871b97b758dc164bbd4908e720d7bacd143ea6ff3610d4b144fa489",
    "GET, /stream/session/mysess/tcpproxy?app=jupyter, ,"
        + " d240811676fd681fadd9817ed49bc2ee9690a3804c1160b14bed0214c50086b0",
  })
  void shouldSignAsThePythonClientDoes(
      String method, String target, String contentType, String signature) {
    assertThat(signer.signature(method, target, DATE, "127.0.0.1:8081", contentType))
        .isEqualTo(signature);
  }

  @Test
  void shouldSignAsTheJavaScriptClientDoes() {
    assertThat(
            signer.authorization(
                "GET",
                "/session/mysess?owner_access_key=AKIAIOSFODNN7EXAMPLE",
                "2022-06-15T12:34:56.789Z",
                "api.example.com",
                "application/json"))
        .isEqualTo(
            "BackendAI signMethod=HMAC-SHA256, credential=AKIAIOSFODNN7EXAMPLE:"
                + "883f30099eaaabcf24e6aa79201bd1b2e52d96a805e167c352b4f7cbdda3c44b");
  }

  @Test
  void shouldDeriveANewKeyWhenTheDayChanges() {
    String first = signer.signature("GET", "/", "2022-06-15T00:00:00Z", "h", null);
    String second = signer.signature("GET", "/", "2022-06-16T00:00:00Z", "h", null);
    String again = signer.signature("GET", "/", "2022-06-15T00:00:00Z", "h", null);
    assertThat(second).isNotEqualTo(first);
    assertThat(again).isEqualTo(first);
  }

  @Test
  void shouldWriteSevenLinesWithoutAnEnd() {
    assertThat(
            RequestSigner.canonical("post", "/session", DATE, "127.0.0.1:8081", "application/json"))
        .isEqualTo(
            """
            POST
            /session
            2022-06-15T12:34:56.789012+00:00
            host:127.0.0.1:8081
            content-type:application/json
            x-backendai-version:v6.20220615
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\
            """);
  }
}
