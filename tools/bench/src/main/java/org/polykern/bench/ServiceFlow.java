package org.polykern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One TCP stream of a service to a client, beside a plain copy from one loopback connection to
 * another (what any proxy does at least).
 */
final class ServiceFlow {
  private static final double SHARE = 0.6;
  private static final int BUFFER = 256 << 10;

  private final Bed bed;
  private final Bed.Instance instance;

  ServiceFlow(Bed bed, Bed.Instance instance) {
    this.bed = bed;
    this.instance = instance;
  }

  List<Figure> all(String session) throws Exception {
    int port = Bed.freePort();
    var id = instance.createWithPort(session, port);
    instance.execute(session, server(port));
    long bytes = bed.quick() ? 128L << 20 : 512L << 20;
    int rounds = bed.quick() ? 3 : 5;
    var figures = new ArrayList<Figure>();
    try (var relay = new Relay(port)) {
      var through =
          Paired.of(rounds, () -> tunnel(session, port, bytes), () -> copy(relay.port(), bytes));
      figures.add(figure("tcpproxy, one stream", through, bytes));
      int proxied = new AppAddress(instance.sessions).ofTcp(id, port);
      var app = Paired.of(rounds, () -> copy(proxied, bytes), () -> copy(relay.port(), bytes));
      figures.add(figure("app proxy, one TCP stream", app, bytes));
    }
    return figures;
  }

  /** Sends as many bytes as the first line of a connection says. */
  private static String server(int port) {
    return """
    import socket, threading
    server = socket.create_server(('127.0.0.1', %d))
    def serve(peer):
        left = int(peer.makefile('rb').readline())
        data = bytes(1 << 20)
        while left > 0:
            left -= peer.send(data[:min(left, len(data))])
        peer.close()
    def accept():
        while True:
            threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    """
        .formatted(port);
  }

  private static Figure figure(String what, Paired pair, long bytes) {
    double yardstick = bytes / 1e6 / pair.yardstick();
    return new Figure(
        StreamBench.NAME,
        what,
        "MB/s",
        bytes / 1e6 / pair.subject(),
        SHARE * yardstick,
        yardstick,
        pair.rounds(),
        true);
  }

  /** Seconds through the server's WebSocket. */
  private double tunnel(String session, int port, long bytes) throws Exception {
    var began = System.nanoTime();
    var target = "/stream/session/" + session + "/tcpproxy?app=" + port;
    try (var socket = new RawWebSocket(instance.sessions.api().config(), target, "")) {
      socket.send(order(bytes));
      for (long left = bytes; left > 0; ) {
        left -= socket.next().remaining();
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /** Seconds through the relay. */
  private static double copy(int port, long bytes) throws IOException {
    var began = System.nanoTime();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(order(bytes));
      var buffer = new byte[BUFFER];
      for (long left = bytes; left > 0; ) {
        int got = socket.getInputStream().read(buffer);
        if (got < 0) {
          throw new IOException("Expected " + left + " bytes more");
        }
        left -= got;
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private static byte[] order(long bytes) {
    return (bytes + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Copies between its clients and a port. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final int target;

    Relay(int target) throws IOException {
      this.target = target;
      Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          var client = server.accept();
          Thread.ofPlatform().daemon().start(() -> relay(client));
        }
      } catch (IOException e) {
        // Closed.
      }
    }

    private void relay(Socket client) {
      try (client;
          var service = new Socket(InetAddress.getLoopbackAddress(), target)) {
        var there = service.getOutputStream();
        var here = client.getInputStream();
        Thread.ofPlatform().daemon().start(() -> pass(here, there));
        pass(service.getInputStream(), client.getOutputStream());
      } catch (IOException e) {
        // Whoever measures misses the bytes.
      }
    }

    private static void pass(InputStream from, OutputStream to) {
      var buffer = new byte[BUFFER];
      try {
        for (int got = from.read(buffer); got >= 0; got = from.read(buffer)) {
          to.write(buffer, 0, got);
        }
      } catch (IOException e) {
        // The other direction closes both.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
