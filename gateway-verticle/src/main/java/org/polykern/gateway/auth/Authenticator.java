package org.polykern.gateway.auth;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Signature.Signed;

/**
 * Decides who made a request to a protected route. The order of checks is part of the API: time,
 * presence of a signature, version header, key, signature, client address.
 */
public final class Authenticator {
  static final Duration TOLERANCE = Duration.ofMinutes(15);
  private static final List<String> DATE_HEADERS =
      List.of("Date", "X-BackendAI-Date", "X-Sorna-Date");

  private final Keypairs keypairs;
  private final InstantSource clock;

  public Authenticator(Keypairs keypairs, InstantSource clock) {
    this.keypairs = keypairs;
    this.clock = clock;
  }

  /**
   * Blocks when the key pair is not cached.
   *
   * @param body the whole body, needed by versions before v4.20181215 only
   * @throws org.polykern.common.problem.ProblemException 400 or 401 with the reason
   */
  public Caller authenticate(RequestHead head, Buffer body) {
    var date = dateHeader(head);
    var day = requireFresh(date);
    var authorization = head.header("Authorization");
    if (authorization == null) {
      throw refused("Unauthorized access");
    }
    var credentials = AuthorizationHeader.parse(authorization);
    var signed = signedParts(head, date);
    var keypair = keypairs.find(credentials.accessKey());
    if (keypair == null || !keypair.usable()) {
      throw refused("Access key not found");
    }
    var hash = HashAlgorithm.named(credentials.hashName());
    if (hash == null) {
      throw refused(
          "Unknown hash '" + credentials.hashName() + "' in signMethod; use HMAC-SHA256.");
    }
    var check = new Check(hash, keypair.secretKey(), day, body, credentials.signature());
    if (!check.passes(signed) && !check.passes(signed.withHost(otherHost(head, signed.host())))) {
      throw refused("Signature mismatch");
    }
    ClientAddress.requireAllowed(head, keypair.caller().allowedClientIps());
    return keypair.caller();
  }

  private record Check(
      HashAlgorithm hash, String secret, LocalDate day, Buffer body, String given) {
    boolean passes(Signed signed) {
      var canonical =
          Signature.canonical(signed, Signature.bodyHash(hash, signed, body.getBytes()));
      return Signature.same(Signature.sign(hash, secret, day, signed.host(), canonical), given);
    }
  }

  private static @Nullable String dateHeader(RequestHead head) {
    for (var name : DATE_HEADERS) {
      var value = head.header(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private LocalDate requireFresh(@Nullable String date) {
    var parsed = date == null ? null : RequestDate.parse(date);
    if (parsed == null || isOff(parsed.toInstant())) {
      throw Problem.of(ProblemCode.INVALID_AUTH_PARAMS, "Date/time sync error").toException();
    }
    return parsed.toLocalDate();
  }

  private boolean isOff(Instant claimed) {
    return Duration.between(claimed, clock.instant()).abs().compareTo(TOLERANCE) > 0;
  }

  private static Signed signedParts(RequestHead head, @Nullable String date) {
    var name = "x-backendai-version";
    var version = head.header(name);
    if (version == null) {
      name = "x-sorna-version";
      version = head.header(name);
    }
    if (version == null) {
      throw Problem.of(ProblemCode.INVALID_AUTH_PARAMS, "API version missing in request headers")
          .toException();
    }
    return new Signed(
        head.method(),
        head.target(),
        date == null ? "" : date,
        head.host(),
        head.header("Content-Type"),
        name,
        version);
  }

  /**
   * The host with the scheme's default port added or taken away: some clients sign the port that
   * their HTTP library then leaves out.
   */
  private static String otherHost(RequestHead head, String host) {
    if (host.endsWith(":443")) {
      return host.substring(0, host.length() - 4);
    }
    if (host.endsWith(":80")) {
      return host.substring(0, host.length() - 3);
    }
    var secure = head.secure() || "https".equalsIgnoreCase(head.header("X-Forwarded-Proto"));
    return host + (secure ? ":443" : ":80");
  }

  private static RuntimeException refused(String reason) {
    return Problem.of(ProblemCode.AUTH_FAILED, reason).toException();
  }
}
