package org.polykern.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The canonical string of a request and its signature, as the client API defines them. */
final class Signature {
  /**
   * What a signature covers, as on the wire.
   *
   * @param target path and query, never re-encoded
   * @param date raw text of the date header
   * @param contentType null when the request has no such header
   * @param versionHeader lower-case name of the header that carried the version
   */
  record Signed(
      String method,
      String target,
      String date,
      String host,
      @Nullable String contentType,
      String versionHeader,
      String version) {
    Signed withHost(String other) {
      return new Signed(method, target, date, other, contentType, versionHeader, version);
    }
  }

  /** From this version on the body takes no part in the signature. */
  private static final String BODY_UNSIGNED_SINCE = "v4.20181215";

  private Signature() {}

  /** Seven lines joined by LF. */
  static String canonical(Signed signed, String bodyHash) {
    return signed.method
        + '\n'
        + signed.target
        + '\n'
        + signed.date
        + "\nhost:"
        + signed.host
        + "\ncontent-type:"
        + mediaType(signed.contentType)
        + '\n'
        + signed.versionHeader
        + ':'
        + signed.version
        + '\n'
        + bodyHash;
  }

  /** Lower-case media type without parameters. */
  static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return "application/octet-stream";
    }
    var semicolon = contentType.indexOf(';');
    var media = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return media.strip().toLowerCase(Locale.ROOT);
  }

  static String bodyHash(HashAlgorithm hash, Signed signed, byte[] body) {
    var unsigned =
        signed.version.compareTo(BODY_UNSIGNED_SINCE) >= 0
            || mediaType(signed.contentType).startsWith("multipart/");
    return unsigned ? hash.emptyDigest() : hash.hexDigest(body);
  }

  static String sign(
      HashAlgorithm hash, String secret, LocalDate day, String host, String canonical) {
    var dayKey =
        hash.mac(
            secret.getBytes(StandardCharsets.US_ASCII),
            day.format(DateTimeFormatter.BASIC_ISO_DATE).getBytes(StandardCharsets.US_ASCII));
    var hostKey = hash.mac(dayKey, host.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash.mac(hostKey, canonical.getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes the same time wherever the two differ. */
  static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
