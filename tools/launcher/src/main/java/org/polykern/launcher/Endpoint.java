package org.polykern.launcher;

/** How a client on this machine reaches the gateway. */
final class Endpoint {
  private Endpoint() {}

  static String url(String listensOn, int port) {
    var everywhere = listensOn.equals("0.0.0.0") || listensOn.equals("::");
    var host = everywhere ? "127.0.0.1" : listensOn;
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
