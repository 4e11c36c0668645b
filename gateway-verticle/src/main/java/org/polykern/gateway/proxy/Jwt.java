package org.polykern.gateway.proxy;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens (RFC 7519), HS256 and nothing else: whatever a token says of its algorithm is
 * compared, never obeyed.
 */
public final class Jwt {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final String HEADER =
      ENCODER.encodeToString(
          "{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

  private Jwt() {}

  /** {@code claims} must have {@code exp}, in seconds. */
  public static String sign(byte[] key, JsonObject claims) {
    if (claims.getLong("exp") == null) {
      throw new IllegalArgumentException("Expected a token that expires");
    }
    var body =
        HEADER + "." + ENCODER.encodeToString(claims.encode().getBytes(StandardCharsets.UTF_8));
    return body + "." + ENCODER.encodeToString(hmac(key, body));
  }

  /** The claims; null when the token is not ours, was changed, or has expired. */
  public static @Nullable JsonObject verify(byte[] key, String token, Instant now) {
    var last = token.lastIndexOf('.');
    var first = token.indexOf('.');
    if (first < 0 || first == last || last < 0) {
      return null;
    }
    try {
      var signature = Base64.getUrlDecoder().decode(token.substring(last + 1));
      if (!MessageDigest.isEqual(signature, hmac(key, token.substring(0, last)))) {
        return null;
      }
      var header = object(token.substring(0, first));
      var claims = object(token.substring(first + 1, last));
      var expires = claims.getValue("exp");
      var good =
          "HS256".equals(header.getValue("alg"))
              && expires instanceof Number seconds
              && now.getEpochSecond() < seconds.longValue();
      return good ? claims : null;
    } catch (IllegalArgumentException | DecodeException | ClassCastException malformed) {
      return null;
    }
  }

  private static JsonObject object(String part) {
    return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Expected Java to know HMAC-SHA-256", e);
    }
  }
}
