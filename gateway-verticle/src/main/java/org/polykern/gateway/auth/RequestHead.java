package org.polykern.gateway.auth;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as it came over the wire.
 *
 * @param method the effective one, after X-Method-Override
 * @param target path and query, verbatim
 * @param host the Host header verbatim, or the authority of an HTTP/2 request
 * @param peer address of the other end of the connection
 * @param secure the connection itself is TLS
 */
public record RequestHead(
    String method, String target, String host, MultiMap headers, String peer, boolean secure) {
  @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The client's own connection is TLS, as far as we are told. */
  public boolean isSecure() {
    return secure || "https".equalsIgnoreCase(header("X-Forwarded-Proto"));
  }

  /** Scheme and host as the client knows us, without a slash at the end. */
  public String origin() {
    var forwarded = header("X-Forwarded-Host");
    return (isSecure() ? "https://" : "http://") + (forwarded == null ? host : forwarded);
  }
}
