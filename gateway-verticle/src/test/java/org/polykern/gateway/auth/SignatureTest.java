package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.gateway.auth.Signature.Signed;

/** The test vectors of the API's specification, section 1.6. */
class SignatureTest {
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String PYTHON_DATE = "2022-06-15T12:34:56.789012+00:00";
  private static final String HOST = "127.0.0.1:8081";
  private static final String VERSION = "x-backendai-version";
  private static final byte[] NO_BODY = new byte[0];

  private static final Signed A =
      new Signed(
          "GET",
          "/v1",
          "20160930T01:23:45Z",
          "your.sorna.api.endpoint",
          "application/json",
          "x-sorna-version",
          "v1.20160915");

  private static Signed python(String method, String target, String contentType) {
    return new Signed(method, target, PYTHON_DATE, HOST, contentType, VERSION, "v6.20220615");
  }

  private static final Signed C = python("POST", "/session", "application/json");
  private static final Signed D = python("GET", "/session/mysess/logs", "text/plain");
  private static final Signed F =
      python("GET", "/stream/session/mysess/tcpproxy?app=jupyter", null);

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            "A",
            A,
            178,
            "f7ae1b93d03133a7a0300cf93b10f43fb6453cec1365a08d6c99fc3f52d99fe5",
            "022ae894b4ecce097bea6eca9a97c41cd17e8aff545800cd696112cc387059cf"),
        Arguments.of(
            "C",
            C,
            193,
            "33b393b2cd7a4297336fb46338103c0d9384dac3891355981d73061baac69bee",
            "6b7f8b5ae6a5cb6a7106f94cb93d349e85da823ed3feef14843b34339bbb8857"),
        Arguments.of(
            "D",
            D,
            198,
            "6e3879d22e78ee60752738f7d3767f15d4348a84b92b16839efb19966d98bada",
            "988c0bed8ecca2f203d8efe53fc036b6cc2f592e74c34deb4588102d51fd6ae5"),
        Arguments.of(
            "E",
            python("POST", "/session/mysess/upload", "multipart/form-data; boundary=x"),
            210,
            "338ae97d06f0ac3adab304447d18fc18b8685eb22706b96e05d09803f32c4524",
            "016d65c63871b97b758dc164bbd4908e720d7bacd143ea6ff3610d4b144fa489"),
        Arguments.of(
            "F",
            F,
            235,
            "4c494458c703ea9aea7ff540ee0fef6fecaa6eee6ca7f7f31e739f30394c5fed",
            "d240811676fd681fadd9817ed49bc2ee9690a3804c1160b14bed0214c50086b0"),
        Arguments.of(
            "G",
            new Signed(
                "GET",
                "/session/mysess?owner_access_key=AKIAIOSFODNN7EXAMPLE",
                "2022-06-15T12:34:56.789Z",
                "api.example.com",
                "application/json",
                VERSION,
                "v6.20220615"),
            230,
            "67a6ab9bd451e6306dc6dd7934e071d13ee420aa26b370fabfc7293afc0cfcb0",
            "883f30099eaaabcf24e6aa79201bd1b2e52d96a805e167c352b4f7cbdda3c44b"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void shouldReproduceVector(
      String name, Signed signed, int length, String digest, String signature) {
    var canonical = canonical(signed, HashAlgorithm.SHA256, NO_BODY);
    var bytes = canonical.getBytes(StandardCharsets.UTF_8);
    assertThat(bytes).hasSize(length);
    assertThat(HashAlgorithm.SHA256.hexDigest(bytes)).isEqualTo(digest);
    assertThat(sign(signed, HashAlgorithm.SHA256, NO_BODY)).isEqualTo(signature);
  }

  @Test
  void shouldReproduceTheDocumentedExampleForBothVersionHeaders() {
    var printed =
        new Signed(
            "GET", "/v2", A.date(), A.host(), A.contentType(), "x-sorna-version", "v2.20170215");
    assertThat(sign(printed, HashAlgorithm.SHA256, NO_BODY))
        .isEqualTo("ca177162e332893e70743f6612ffe2cfad8b1a036bcfddf4a83f4897459be757");
    var renamed =
        new Signed("GET", "/v2", A.date(), A.host(), A.contentType(), VERSION, "v2.20170215");
    assertThat(sign(renamed, HashAlgorithm.SHA256, NO_BODY))
        .isEqualTo("9a44c7b7ee1082109ab93d7079ccbd3b4e0f351435e8fcd24418ae31bd9b793e");
  }

  @Test
  void shouldReproduceVectorHWithSha1() {
    var sha1 = Objects.requireNonNull(HashAlgorithm.named("sha1"));
    assertThat(sha1.emptyDigest()).isEqualTo("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assertThat(sign(D, sha1, NO_BODY)).isEqualTo("d765fe97148087576395f993fd48a28d42fcdc02");
  }

  @Test
  void shouldReproduceVectorIWithTheDayOfTheHeadersOwnOffset() {
    var date = "2022-06-16T01:30:00+09:00";
    var signed = new Signed("GET", D.target(), date, HOST, "text/plain", VERSION, "v6.20220615");
    var day = Objects.requireNonNull(RequestDate.parse(date)).toLocalDate();
    assertThat(day).isEqualTo(LocalDate.of(2022, 6, 16));
    assertThat(sign(signed, HashAlgorithm.SHA256, NO_BODY))
        .isEqualTo("6e8c249b8a35921473e6a5a333b1d2546a26bc1db3d34b217a3206063af1eb07");
  }

  @Test
  void shouldReproduceVectorJWithTheBodyOfOldVersions() {
    var signed =
        new Signed(
            "POST",
            "/v3/kernel/create",
            "2018-01-01T00:00:00+00:00",
            HOST,
            "application/json",
            "x-sorna-version",
            "v3.20170615");
    var body = "{\"lang\":\"python:3.6\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(Signature.bodyHash(HashAlgorithm.SHA256, signed, body))
        .isEqualTo("f10d4707fcc8117d77ea705d190d602362230622af6daaeafeaf22b88ae6f3f5");
    assertThat(sign(signed, HashAlgorithm.SHA256, body))
        .isEqualTo("4aa24280dc36dc0facc3def1c057ff8b5db098c5c28766540d1ccb11e8577c15");
  }

  @Test
  void shouldNotCoverTheBodyOfNewVersions() {
    assertThat(sign(C, HashAlgorithm.SHA256, new byte[] {1, 2, 3}))
        .isEqualTo("6b7f8b5ae6a5cb6a7106f94cb93d349e85da823ed3feef14843b34339bbb8857");
  }

  @Test
  void shouldNotCoverMultipartBodiesOfOldVersions() {
    var signed = new Signed("POST", "/", "", "", "multipart/form-data", VERSION, "v3.20170615");
    assertThat(Signature.bodyHash(HashAlgorithm.SHA256, signed, new byte[] {1}))
        .isEqualTo(HashAlgorithm.SHA256.emptyDigest());
  }

  @Test
  void shouldDifferWithATrailingLineFeed() {
    var canonical = canonical(D, HashAlgorithm.SHA256, NO_BODY) + "\n";
    assertThat(
            Signature.sign(
                HashAlgorithm.SHA256, SECRET, LocalDate.of(2022, 6, 15), HOST, canonical))
        .isNotEqualTo("988c0bed8ecca2f203d8efe53fc036b6cc2f592e74c34deb4588102d51fd6ae5");
  }

  @Test
  void shouldDifferWithAReencodedQuery() {
    var encoded = python("GET", "/stream/session/mysess/tcpproxy?app=%6Aupyter", null);
    assertThat(sign(encoded, HashAlgorithm.SHA256, NO_BODY))
        .isNotEqualTo(sign(F, HashAlgorithm.SHA256, NO_BODY));
  }

  @Test
  void shouldKnowEveryHashThatClientsMayName() {
    for (var name :
        new String[] {
          "md5",
          "SHA1",
          "sha224",
          "SHA256",
          "sha384",
          "SHA512",
          "sha3_224",
          "SHA3_256",
          "sha3_384",
          "SHA3_512"
        }) {
      assertThat(HashAlgorithm.named(name)).as(name).isNotNull();
    }
    assertThat(HashAlgorithm.named("SHA3-256")).isNull();
    assertThat(HashAlgorithm.named("crc32")).isNull();
  }

  private static String canonical(Signed signed, HashAlgorithm hash, byte[] body) {
    return Signature.canonical(signed, Signature.bodyHash(hash, signed, body));
  }

  private static String sign(Signed signed, HashAlgorithm hash, byte[] body) {
    var day = Objects.requireNonNull(RequestDate.parse(signed.date())).toLocalDate();
    return Signature.sign(hash, SECRET, day, signed.host(), canonical(signed, hash, body));
  }
}
