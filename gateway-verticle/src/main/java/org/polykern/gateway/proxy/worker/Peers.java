package org.polykern.gateway.proxy.worker;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.auth.ClientAddress;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.ClientBlocks;

/** Where a request comes from. */
final class Peers {
  private final ClientBlocks trusted;

  Peers(List<String> trustedProxies) {
    this.trusted = new ClientBlocks(trustedProxies);
  }

  /**
   * The client's address: the connection's, or behind trusted proxies the last one in
   * X-Forwarded-For that is none of them.
   */
  @Nullable InetAddress clientOf(HttpServerRequest request) {
    var address = ClientAddress.literal(request.remoteAddress().hostAddress());
    if (address == null || !trusted.contain(address)) {
      return address;
    }
    var hops = String.join(",", request.headers().getAll("X-Forwarded-For")).split(",", -1);
    for (var i = hops.length - 1; i >= 0; i--) {
      var hop = ClientAddress.literal(hops[i]);
      if (hop == null) {
        return address;
      }
      address = hop;
      if (!trusted.contain(hop)) {
        return hop;
      }
    }
    return address;
  }

  /** Whether what the connection's peer says of the client and of TLS is believed. */
  boolean isTrusted(HttpServerRequest request) {
    var address = ClientAddress.literal(request.remoteAddress().hostAddress());
    return address != null && trusted.contain(address);
  }

  static boolean allows(Circuit circuit, @Nullable InetAddress client) {
    var blocks = ClientBlocks.parse(circuit.allowedIps());
    return blocks == null || (client != null && blocks.contain(client));
  }
}
