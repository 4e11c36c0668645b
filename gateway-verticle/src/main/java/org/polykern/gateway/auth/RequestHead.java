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
}
