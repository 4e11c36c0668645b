package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.polykern.gateway.auth.Signature.Signed;

/** Whatever differs on the wire must differ in the signature, except what is not covered. */
class SignaturePropertyTest {
  private static final LocalDate DAY = LocalDate.of(2022, 6, 15);

  @Property
  void shouldCoverEveryByteOfTheTarget(
      @ForAll @StringLength(min = 1, max = 40) @AlphaChars @NumericChars String left,
      @ForAll @StringLength(min = 1, max = 40) @AlphaChars @NumericChars String right) {
    var one = signed("/" + left, "application/json", "h");
    var other = signed("/" + right, "application/json", "h");
    assertThat(sign(one).equals(sign(other))).isEqualTo(left.equals(right));
  }

  @Property
  void shouldIgnoreParametersAndCaseOfTheContentType(
      @ForAll @StringLength(max = 20) @AlphaChars String parameter) {
    var plain = signed("/", "multipart/form-data", "h");
    var rich = signed("/", "Multipart/Form-Data; boundary=" + parameter, "h");
    assertThat(sign(rich)).isEqualTo(sign(plain));
  }

  @Property
  void shouldCoverTheHost(
      @ForAll @StringLength(min = 1, max = 20) @AlphaChars String left,
      @ForAll @StringLength(min = 1, max = 20) @AlphaChars String right) {
    assertThat(sign(signed("/", null, left)).equals(sign(signed("/", null, right))))
        .isEqualTo(left.equals(right));
  }

  private static Signed signed(String target, String contentType, String host) {
    return new Signed(
        "GET", target, "2022-06-15T00:00:00Z", host, contentType, "x-backendai-version", "v6");
  }

  private static String sign(Signed signed) {
    var hash = HashAlgorithm.SHA256;
    return Signature.sign(
        hash,
        "secret",
        DAY,
        signed.host(),
        Signature.canonical(signed, Signature.bodyHash(hash, signed, new byte[0])));
  }
}
