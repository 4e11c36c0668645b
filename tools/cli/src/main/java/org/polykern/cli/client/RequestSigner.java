package org.polykern.cli.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Signs requests with HMAC-SHA256. The body is not covered: the API signs it as if empty. */
public final class RequestSigner {
  /** The version of the API that is spoken. */
  public static final String API_VERSION = "v6.20220615";

  private static final String ALGORITHM = "HmacSHA256";
  private static final String EMPTY_BODY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final String accessKey;
  private final String secretKey;

  /** The signing key of one day and host; derived again when either changes. */
  private record DayKey(String day, String host, SecretKeySpec key) {}

  private volatile @Nullable DayKey last;

  public RequestSigner(String accessKey, String secretKey) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  /**
   * The value of the {@code Authorization} header.
   *
   * @param target path and query exactly as sent
   * @param date ISO-8601 text exactly as sent in the date header
   * @param host the {@code Host} header exactly as sent
   * @param contentType the header as sent, or null when the request has none
   */
  public String authorization(
      String method, String target, String date, String host, @Nullable String contentType) {
    return "BackendAI signMethod=HMAC-SHA256, credential="
        + accessKey
        + ":"
        + signature(method, target, date, host, contentType);
  }

  String signature(
      String method, String target, String date, String host, @Nullable String contentType) {
    String canonical = canonical(method, target, date, host, contentType);
    return HexFormat.of().formatHex(hmac(key(date, host), canonical));
  }

  static String canonical(
      String method, String target, String date, String host, @Nullable String contentType) {
    return String.join(
        "\n",
        method.toUpperCase(Locale.ROOT),
        target,
        date,
        "host:" + host,
        "content-type:" + mediaType(contentType),
        "x-backendai-version:" + API_VERSION,
        EMPTY_BODY_HASH);
  }

  private static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return "application/octet-stream";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private SecretKeySpec key(String date, String host) {
    String day = date.substring(0, 10).replace("-", "");
    DayKey known = last;
    if (known != null && known.day.equals(day) && known.host.equals(host)) {
      return known.key;
    }
    byte[] secret = secretKey.getBytes(StandardCharsets.US_ASCII);
    SecretKeySpec key = key(hmac(key(hmac(key(secret), day)), host));
    last = new DayKey(day, host, key);
    return key;
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  private static byte[] hmac(SecretKeySpec key, String message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Expected every Java runtime to have " + ALGORITHM, e);
    }
  }
}
