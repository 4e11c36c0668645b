package org.polykern.gateway.proxy.worker;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.Locale;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.Cookies;
import org.polykern.gateway.proxy.Jwt;
import org.polykern.gateway.proxy.Permit;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.ProxySecrets;

/** Decides for each request whether it may go on to the app. */
final class Doorkeeper {
  private final Peers peers;
  private final ProxySecrets secrets;
  private final InstantSource clock;

  Doorkeeper(Peers peers, ProxySecrets secrets, InstantSource clock) {
    this.peers = peers;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** Throws ProxyException 403 when the client's address is not among those allowed. */
  void requireAddress(HttpServerRequest request, Circuit circuit) {
    if (!Peers.allows(circuit, peers.clientOf(request))) {
      throw new ProxyException(
          ProxyError.FORBIDDEN, "This app is not open to your network address.");
    }
  }

  /** Throws ProxyException 401 or 403. */
  void requireLeave(HttpServerRequest request, Circuit circuit) {
    if (circuit.open() || request.method().equals(HttpMethod.OPTIONS)) {
      return;
    }
    if (circuit.inference()) {
      requireToken(request, circuit);
      return;
    }
    var shown = Cookies.values(request.headers(), Permit.cookieName(circuit));
    if (shown.isEmpty()) {
      throw new ProxyException(
          ProxyError.NO_PERMIT,
          "This browser was not let in. Open the app from where you started it.");
    }
    var now = clock.instant();
    if (shown.stream().noneMatch(value -> Permit.isGood(circuit, value, now))) {
      throw new ProxyException(
          ProxyError.WRONG_PERMIT,
          "What this browser shows is not good (any more). Open the app from where you started"
              + " it.");
    }
    if (isUpgrade(request)) {
      requireOwnOrigin(request);
    }
  }

  private void requireToken(HttpServerRequest request, Circuit circuit) {
    var header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || header.isBlank()) {
      throw new ProxyException(
          ProxyError.NO_CREDENTIALS,
          "Expected an Authorization header with a token of this endpoint, but there is none.");
    }
    var space = header.indexOf(' ');
    var scheme = space < 0 ? "" : header.substring(0, space).toLowerCase(Locale.ROOT);
    if (!scheme.equals("bearer") && !scheme.equals("backendai")) {
      throw new ProxyException(
          ProxyError.WRONG_SCHEME, "Expected Authorization: Bearer TOKEN, but got another scheme.");
    }
    var claims =
        Jwt.verify(secrets.endpoint(), header.substring(space + 1).strip(), clock.instant());
    if (claims == null || !circuit.id().toString().equals(claims.getValue("id"))) {
      throw new ProxyException(
          ProxyError.WRONG_CREDENTIALS,
          "Expected a token of this endpoint, but got one of another, or it has expired.");
    }
  }

  /** A page of elsewhere must not open a WebSocket with the browser's cookie. */
  private static void requireOwnOrigin(HttpServerRequest request) {
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return; // not a browser
    }
    var host = request.getHeader(HttpHeaders.HOST);
    try {
      var authority = new URI(origin).getRawAuthority();
      if (authority != null && host != null && sameHost(authority, host)) {
        return;
      }
    } catch (URISyntaxException malformed) {
      // refused below
    }
    throw new ProxyException(
        ProxyError.FORBIDDEN, "A page of another origin may not open a WebSocket to this app.");
  }

  private static boolean sameHost(String left, String right) {
    return withoutStandardPort(left).equalsIgnoreCase(withoutStandardPort(right));
  }

  private static String withoutStandardPort(String authority) {
    return authority.replaceFirst(":(80|443)$", "");
  }

  static boolean isUpgrade(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET)
        && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
  }
}
