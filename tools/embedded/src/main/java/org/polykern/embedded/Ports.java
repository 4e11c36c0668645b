package org.polykern.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on 127.0.0.1. */
final class Ports {
  static final String HOST = "127.0.0.1";

  private Ports() {}

  static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(HOST), port);
  }

  /** The wanted port after a look that nobody has it, or a free one for 0. */
  static int choose(int wanted, String server) {
    try (ServerSocket probe = new ServerSocket()) {
      // The servers set this too: a port in TIME_WAIT is not taken.
      probe.setReuseAddress(true);
      probe.bind(at(wanted));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw taken(wanted, server, e);
    }
  }

  static EmbeddedServerException taken(int port, String server, Exception cause) {
    return new EmbeddedServerException(
        "Expected port %d on %s to be free for %s, but it cannot be bound (%s); stop the program that has it or choose another port."
            .formatted(port, HOST, server, cause.getMessage()),
        cause);
  }
}
