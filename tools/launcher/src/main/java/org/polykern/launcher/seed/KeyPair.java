package org.polykern.launcher.seed;

import java.util.Base64;
import java.util.random.RandomGenerator;

/** What a client signs its requests with. */
public record KeyPair(String accessKey, String secretKey) {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int ACCESS_KEY_BYTES = 10;
  private static final int SECRET_KEY_BYTES = 30;

  /** {@code AKIA} and 16 characters of base32, and 40 characters of URL-safe base64. */
  static KeyPair random(RandomGenerator random) {
    var access = new byte[ACCESS_KEY_BYTES];
    random.nextBytes(access);
    var secret = new byte[SECRET_KEY_BYTES];
    random.nextBytes(secret);
    return new KeyPair(
        "AKIA" + base32(access), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** RFC 4648 without padding; the length must be a multiple of five. */
  private static String base32(byte[] bytes) {
    var text = new StringBuilder();
    for (var i = 0; i < bytes.length; i += 5) {
      var group = 0L;
      for (var j = 0; j < 5; j++) {
        group = group << 8 | (bytes[i + j] & 0xff);
      }
      for (var shift = 35; shift >= 0; shift -= 5) {
        text.append(BASE32.charAt((int) (group >> shift & 31)));
      }
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return accessKey;
  }
}
