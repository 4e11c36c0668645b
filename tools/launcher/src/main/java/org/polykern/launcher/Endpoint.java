package org.polykern.launcher;

import org.polykern.gateway.GatewayConfig;

/** How a client on this machine reaches the gateway. */
final class Endpoint {
  private Endpoint() {}

  static String url(GatewayConfig gateway) {
    var everywhere = gateway.host().equals("0.0.0.0") || gateway.host().equals("::");
    var host = everywhere ? "127.0.0.1" : gateway.host();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + gateway.port();
  }
}
