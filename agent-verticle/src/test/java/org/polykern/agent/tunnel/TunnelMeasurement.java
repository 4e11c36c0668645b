package org.polykern.agent.tunnel;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.polykern.common.id.KernelId;

/**
 * Measures a splice against a plain copy over loopback, in turns: round trips, then bulk. Run it by
 * hand: {@code java -cp CLASSPATH org.polykern.agent.tunnel.TunnelMeasurement [MEGABYTES
 * [ROUNDS]]}.
 */
public final class TunnelMeasurement {
  private static final int PIECE = 256 << 10;
  private static final int ECHOES = 3000;

  private TunnelMeasurement() {}

  public static void main(String[] args) throws Exception {
    var bytes = (args.length > 0 ? Long.parseLong(args[0]) : 2048) << 20;
    var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    echo();
    try (var service = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        var tunnels = Tunnels.listen("127.0.0.1", 0, "127.0.0.1")) {
      var target = Target.service("127.0.0.1", service.getLocalPort());
      for (var i = 0; i < rounds; i++) {
        Rate plain;
        try (var client = new Socket(service.getInetAddress(), service.getLocalPort());
            var server = service.accept()) {
          plain = rate(server, client, bytes);
        }
        try (var client = connect(tunnels, target)) {
          try (var server = service.accept()) {
            var down = rate(server, client, bytes);
            var up = rate(client, server, bytes);
            System.out.println(
                "plain " + plain + ", tunnel to the client " + down + ", to the service " + up);
          }
        }
      }
    }
  }

  /** Round trips of one byte, alone and while another tunnel carries all that it can. */
  private static void echo() throws Exception {
    try (var service = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        var tunnels = Tunnels.listen("127.0.0.1", 0, "127.0.0.1")) {
      var target = Target.service("127.0.0.1", service.getLocalPort());
      try (var plain = new Socket(service.getInetAddress(), service.getLocalPort());
          var plainServer = service.accept();
          var client = connect(tunnels, target);
          var server = service.accept();
          var flooded = connect(tunnels, target);
          var flood = service.accept()) {
        System.out.println("echo, plain: " + roundTrips(plain, plainServer));
        System.out.println("echo, tunnel: " + roundTrips(client, server));
        Thread.ofPlatform().daemon().start(() -> write(flood, Long.MAX_VALUE));
        Thread.ofPlatform().daemon().start(() -> drain(flooded));
        System.out.println("echo, tunnel beside a flood: " + roundTrips(client, server));
      }
    }
  }

  private static Socket connect(Tunnels tunnels, Target target) throws IOException {
    var opened = tunnels.give(KernelId.random(), target, Duration.ofMinutes(1));
    var client = new Socket(opened.host(), opened.port());
    client.setTcpNoDelay(true);
    client.getOutputStream().write((opened.token() + "\n").getBytes(StandardCharsets.UTF_8));
    client.getInputStream().readNBytes(2);
    return client;
  }

  private static String roundTrips(Socket client, Socket server) throws Exception {
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    var answers = Thread.ofPlatform().daemon().start(() -> answer(server));
    var micros = new long[ECHOES];
    for (var i = 0; i < ECHOES; i++) {
      var begun = System.nanoTime();
      client.getOutputStream().write(1);
      client.getInputStream().read();
      micros[i] = (System.nanoTime() - begun) / 1000;
    }
    answers.join();
    Arrays.sort(micros);
    return "p50 %d us, p99 %d us, max %d us"
        .formatted(micros[ECHOES / 2], micros[ECHOES * 99 / 100], micros[ECHOES - 1]);
  }

  private static void answer(Socket socket) {
    try {
      for (var i = 0; i < ECHOES; i++) {
        socket.getOutputStream().write(socket.getInputStream().read());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void drain(Socket socket) {
    var piece = new byte[PIECE];
    try {
      while (socket.getInputStream().read(piece) >= 0) {}
    } catch (IOException closed) {
      System.out.println("The flood ended.");
    }
  }

  /** Megabytes per second of wall time, and seconds of all processors for a gigabyte. */
  private record Rate(double megabytes, double processor) {
    @Override
    public String toString() {
      return "%.0f MB/s (%.2f s of processors/GB)".formatted(megabytes, processor);
    }
  }

  private static Rate rate(Socket from, Socket to, long bytes) throws Exception {
    var begun = System.nanoTime();
    var used = processorNanos();
    var writer = Thread.ofPlatform().start(() -> write(from, bytes));
    var piece = new byte[PIECE];
    for (var left = bytes; left > 0; ) {
      left -= to.getInputStream().read(piece, 0, (int) Math.min(left, PIECE));
    }
    writer.join();
    return new Rate(
        bytes * 1e3 / (System.nanoTime() - begun), (processorNanos() - used) / (double) bytes);
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  private static void write(Socket socket, long bytes) {
    var piece = new byte[PIECE];
    try {
      for (var left = bytes; left > 0; left -= PIECE) {
        socket.getOutputStream().write(piece);
      }
    } catch (IOException closed) {
      System.out.println("The writer was closed.");
    }
  }
}
