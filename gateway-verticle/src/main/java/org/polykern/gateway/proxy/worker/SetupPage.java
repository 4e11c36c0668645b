package org.polykern.gateway.proxy.worker;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.Jwt;
import org.polykern.gateway.proxy.Permit;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.ProxySecrets;
import org.polykern.gateway.proxy.RedirectPath;
import org.polykern.gateway.proxy.Worker;

/**
 * The end of the hand-over from the coordinator: what it signed is turned, once, into a permit (or,
 * for TCP, into an address).
 */
final class SetupPage {
  static final String PATH = "/setup";

  /** Where a program on the user's own machine takes TCP addresses. */
  private static final String LOCAL = "http://localhost:45678/start";

  private final ProxySecrets secrets;
  private final Duration permitTtl;
  private final InstantSource clock;
  // Tokens that were used, until they would have expired.
  private final Map<String, Instant> used = new ConcurrentHashMap<>();

  SetupPage(ProxySecrets secrets, Duration permitTtl, InstantSource clock) {
    this.secrets = secrets;
    this.permitTtl = permitTtl;
    this.clock = clock;
  }

  /**
   * The claims of a set-up token; null when this is none, so that an app may have pages of that
   * name.
   *
   * @throws ProxyException when it was used before
   */
  @Nullable JsonObject claims(HttpServerRequest request) {
    if (!PATH.equals(request.path())) {
      return null;
    }
    var token = request.getParam("token");
    var now = clock.instant();
    var claims = token == null ? null : Jwt.verify(secrets.setup(), token, now);
    if (claims == null || !"v2".equals(claims.getString("version"))) {
      return null;
    }
    used.values().removeIf(now::isAfter);
    var expires = Instant.ofEpochSecond(claims.getLong("exp"));
    if (used.putIfAbsent(claims.getString("jti"), expires) != null) {
      throw new ProxyException(
          ProxyError.INVALID_CREDENTIALS,
          "This link was used already. Open the app from where you started it.");
    }
    return claims;
  }

  /** To the app, with a permit. */
  void enter(HttpServerRequest request, Circuit circuit, JsonObject claims, String base) {
    var response = unstored(request.response());
    if (!circuit.open()) {
      var permit = Permit.issue(circuit, clock.instant().plus(permitTtl));
      response.putHeader(
          HttpHeaders.SET_COOKIE,
          Permit.cookieName(circuit)
              + "="
              + permit
              + "; Path=/; HttpOnly; SameSite=Lax; Max-Age="
              + permitTtl.toSeconds()
              + (base.startsWith("https:") ? "; Secure" : ""));
    }
    var target = claims.getString("redirect", "");
    response
        .setStatusCode(302)
        .putHeader(
            HttpHeaders.LOCATION, base + (target.isEmpty() ? "/" : RedirectPath.require(target)))
        .end();
  }

  /** Tells where a TCP circuit is. */
  void tell(HttpServerRequest request, Circuit circuit, JsonObject claims, Worker worker) {
    var gateway = worker.tcpBaseOf(circuit);
    var auth = claims.getString("jti");
    var target =
        LOCAL
            + "?directTCP=true&auth="
            + auth
            + "&proto="
            + circuit.protocol().label()
            + "&gateway="
            + URLEncoder.encode(gateway, StandardCharsets.UTF_8);
    var redirect = claims.getString("redirect", "");
    var response = unstored(request.response());
    if (!redirect.isEmpty() && !"true".equals(request.getParam("do-not-redirect"))) {
      response.setStatusCode(302).putHeader(HttpHeaders.LOCATION, target).end();
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .end(new JsonObject().put("redirect", redirect).put("redirectURI", target).encode());
  }

  static HttpServerResponse unstored(HttpServerResponse response) {
    return response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Access-Control-Allow-Origin", "*")
        .putHeader("Access-Control-Allow-Headers", "*")
        .putHeader("Access-Control-Expose-Headers", "*");
  }
}
