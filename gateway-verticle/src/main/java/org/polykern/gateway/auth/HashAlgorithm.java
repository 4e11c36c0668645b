package org.polykern.gateway.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A hash that a client may name in {@code signMethod}. */
enum HashAlgorithm {
  MD5("MD5", "HmacMD5"),
  SHA1("SHA-1", "HmacSHA1"),
  SHA224("SHA-224", "HmacSHA224"),
  SHA256("SHA-256", "HmacSHA256"),
  SHA384("SHA-384", "HmacSHA384"),
  SHA512("SHA-512", "HmacSHA512"),
  SHA3_224("SHA3-224", "HmacSHA3-224"),
  SHA3_256("SHA3-256", "HmacSHA3-256"),
  SHA3_384("SHA3-384", "HmacSHA3-384"),
  SHA3_512("SHA3-512", "HmacSHA3-512");

  private static final Map<String, HashAlgorithm> BY_NAME =
      java.util.Arrays.stream(values())
          .collect(java.util.stream.Collectors.toUnmodifiableMap(Enum::name, h -> h));

  private final String digestName;
  private final String macName;
  private final String emptyDigest;

  HashAlgorithm(String digestName, String macName) {
    this.digestName = digestName;
    this.macName = macName;
    this.emptyDigest = hexDigest(new byte[0]);
  }

  /** Null when the name is not one of ours; case does not matter. */
  static @Nullable HashAlgorithm named(String name) {
    return BY_NAME.get(name.toUpperCase(Locale.ROOT));
  }

  /** Digest of zero bytes. */
  String emptyDigest() {
    return emptyDigest;
  }

  String hexDigest(byte[] input) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(digestName).digest(input));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK lacks " + digestName, e);
    }
  }

  byte[] mac(byte[] key, byte[] message) {
    try {
      var mac = Mac.getInstance(macName);
      mac.init(new SecretKeySpec(key, macName));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK lacks " + macName, e);
    }
  }
}
