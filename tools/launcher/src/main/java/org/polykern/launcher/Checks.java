package org.polykern.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import org.polykern.launcher.settings.Settings;

/** What is known to fail later, and would fail with a worse message. */
final class Checks {
  private static final long LEAST_FREE_BYTES = 256L << 20;

  private Checks() {}

  /**
   * @throws IllegalStateException with the sentence for the terminal
   */
  static void beforeStart(NodeOptions options, Settings settings) throws IOException {
    var free = Files.getFileStore(options.data().root()).getUsableSpace();
    if (free < LEAST_FREE_BYTES) {
      throw new IllegalStateException(
          "Expected at least %d MB of free disk space below %s, but there are only %d MB; free some, or choose another place with --data."
              .formatted(LEAST_FREE_BYTES >> 20, options.data().root(), free >> 20));
    }
    if (options.has(Role.GATEWAY)) {
      var gateway = settings.gateway.get();
      refuseTakenPort(gateway.host(), gateway.port());
    }
  }

  /** Binds the port for a moment, as the gateway will (a port in TIME_WAIT is no obstacle). */
  private static void refuseTakenPort(String host, int port) throws IOException {
    if (port == 0) {
      return;
    }
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "Expected [gateway] host to be an address of this machine, but got '%s'.".formatted(host),
          e);
    } catch (java.net.BindException e) {
      var taken = String.valueOf(e.getMessage()).contains("in use");
      throw new IllegalStateException(
          taken
              ? "Expected port %d to be free, but another program listens on it; stop that, or choose another with --port."
                  .formatted(port)
              : "Expected to listen on %s:%d, but: %s.".formatted(host, port, e.getMessage()),
          e);
    }
  }
}
