package org.polykern.gateway.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/**
 * What a browser shows to be let in: expiry, 16 random bytes, and a signature by the circuit's own
 * secret. Good for one circuit; every permit differs. The cookie's name differs too, because
 * cookies ignore ports.
 */
public final class Permit {
  /** Every cookie that begins so is ours and never reaches an app. */
  public static final String COOKIE_PREFIX = "appproxy_permit";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE = 16;

  private Permit() {}

  public static String cookieName(Circuit circuit) {
    return COOKIE_PREFIX + "_" + circuit.id().toString().substring(0, 13).replace("-", "");
  }

  public static String issue(Circuit circuit, Instant expires) {
    var nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    var payload =
        encode(
            ByteBuffer.allocate(Long.BYTES + NONCE)
                .putLong(expires.getEpochSecond())
                .put(nonce)
                .array());
    return payload + "." + encode(signature(circuit, payload));
  }

  public static boolean isGood(Circuit circuit, String value, Instant now) {
    var dot = value.indexOf('.');
    if (dot < 0) {
      return false;
    }
    var payload = value.substring(0, dot);
    var expected = encode(signature(circuit, payload)).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(
        expected, value.substring(dot + 1).getBytes(StandardCharsets.UTF_8))) {
      return false;
    }
    // Signed by us, so well-formed.
    return now.getEpochSecond() < ByteBuffer.wrap(Base64.getUrlDecoder().decode(payload)).getLong();
  }

  private static byte[] signature(Circuit circuit, String payload) {
    return Jwt.hmac(
        circuit.secret().getBytes(),
        "permit\n" + circuit.id() + "\n" + circuit.user() + "\n" + payload);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
