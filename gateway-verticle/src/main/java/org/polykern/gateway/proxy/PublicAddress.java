package org.polykern.gateway.proxy;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this node is to be found by others. */
public final class PublicAddress {
  private static final Logger log = LoggerFactory.getLogger(PublicAddress.class);

  private PublicAddress() {}

  /** What is configured, else what is listened on, else this machine's name. */
  public static String host(AppProxyConfig config) {
    if (!config.advertisedHost().isEmpty()) {
      return config.advertisedHost();
    }
    var everywhere = config.host().equals("0.0.0.0") || config.host().equals("::");
    return everywhere ? machine() : config.host();
  }

  /** This machine's name; {@code localhost} when it knows none. */
  public static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** Listens on the port, or on a free one when another program has it. */
  public static Future<HttpServer> listen(
      String what, int port, IntFunction<Future<HttpServer>> listener) {
    return listener
        .apply(port)
        .recover(failure -> {
          if (port == 0 || !(failure instanceof BindException)) {
            return Future.failedFuture(failure);
          }
          return listener
              .apply(0)
              .onSuccess(server ->
                  log.warn(
                      "Port {} is taken; {} listens on {} instead",
                      port,
                      what,
                      server.actualPort()));
        });
  }
}
