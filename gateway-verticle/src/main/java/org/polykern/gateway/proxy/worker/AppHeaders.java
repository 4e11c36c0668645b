package org.polykern.gateway.proxy.worker;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.auth.ClientAddress;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.Cookies;

/** Which headers cross the proxy, and which it writes itself. */
final class AppHeaders {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "http2-settings");

  /** What a client may not say of itself, and what is answered here. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "cookie",
          "expect",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-proto",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-real-ip",
          "x-rstudio-proto",
          "x-rstudio-request");

  private final Peers peers;

  AppHeaders(Peers peers) {
    this.peers = peers;
  }

  /** Of the request to the app. {@code host} is the client's Host header. */
  void request(HttpServerRequest from, String host, Circuit circuit, MultiMap to) {
    var dropped = dropped(from.headers());
    for (var header : from.headers()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      if (!dropped.contains(name) && !OURS.contains(name) && !name.startsWith(":")) {
        to.add(header.getKey(), header.getValue());
      }
    }
    if (!circuit.open() && circuit.inference()) {
      to.remove(HttpHeaders.AUTHORIZATION); // it was for us
    }
    var cookie = Cookies.withoutPermits(from.headers());
    if (cookie != null) {
      to.set(HttpHeaders.COOKIE, cookie);
    }
    if (!circuit.protocol().isHttp2()) {
      to.set(HttpHeaders.HOST, host);
    } else if (from.headers().contains("te", "trailers", true)) {
      to.set("te", "trailers");
    }
    forwarded(from, host, circuit, to);
  }

  private void forwarded(HttpServerRequest from, String host, Circuit circuit, MultiMap to) {
    var trusted = peers.isTrusted(from);
    var https = from.isSSL() || (trusted && "https".equals(from.getHeader("X-Forwarded-Proto")));
    var scheme = https ? "https" : "http";
    var peer = from.remoteAddress().hostAddress();
    var chain = trusted ? from.getHeader("X-Forwarded-For") : null;
    var client = peers.clientOf(from);
    to.set("X-Forwarded-For", chain == null ? peer : chain + ", " + peer);
    to.set("X-Forwarded-Proto", scheme);
    to.set("X-Forwarded-Host", host);
    to.set("X-Forwarded-Port", portOf(host, scheme));
    to.set(
        "Forwarded",
        "for=" + node(client, peer) + ";host=\"" + quoted(host) + "\";proto=" + scheme);
    if (circuit.app().equals("rstudio")) {
      to.set("X-RStudio-Proto", scheme);
      to.set("X-RStudio-Request", scheme + "://" + host + from.uri());
    }
  }

  /** Of the answer to the client. */
  static void answer(MultiMap from, Circuit circuit, MultiMap to) {
    var dropped = dropped(from);
    for (var header : from) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      var permit = name.equals("set-cookie") && Cookies.isPermit(header.getValue());
      if (!dropped.contains(name) && !permit) {
        to.add(header.getKey(), header.getValue());
      }
    }
    if (circuit.open() && !to.contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
      to.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
  }

  /** Lower-case names that concern one connection only. */
  private static Set<String> dropped(MultiMap headers) {
    var names = new HashSet<>(HOP_BY_HOP);
    for (var header : headers.getAll(HttpHeaders.CONNECTION)) {
      for (var name : header.split(",", -1)) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    // Nobody takes the framing of a message away by calling it a connection's affair.
    names.remove("content-length");
    return names;
  }

  private static String portOf(String host, String scheme) {
    var colon = host.lastIndexOf(':');
    if (colon > 0 && host.indexOf(']') < colon) {
      return host.substring(colon + 1);
    }
    return scheme.equals("https") ? "443" : "80";
  }

  private static String node(@Nullable InetAddress client, String peer) {
    var address = client == null ? ClientAddress.literal(peer) : client;
    if (address == null) {
      return "unknown";
    }
    var text = address.getHostAddress();
    return text.indexOf(':') >= 0 ? "\"[" + text + "]\"" : text;
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
