package org.polykern.agent.tunnel;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.polykern.common.id.KernelId;

/**
 * Measures a splice against a plain copy over loopback, in turns. Run it by hand: {@code java -cp
 * CLASSPATH org.polykern.agent.tunnel.TunnelMeasurement [MEGABYTES [ROUNDS]]}.
 */
public final class TunnelMeasurement {
  private static final int PIECE = 256 << 10;

  private TunnelMeasurement() {}

  public static void main(String[] args) throws Exception {
    var bytes = (args.length > 0 ? Long.parseLong(args[0]) : 2048) << 20;
    var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    var kernel = KernelId.random();
    try (var service = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        var tunnels = Tunnels.listen("127.0.0.1", 0, "127.0.0.1")) {
      var target = Target.service("127.0.0.1", service.getLocalPort());
      for (var i = 0; i < rounds; i++) {
        Rate plain;
        try (var client = new Socket(service.getInetAddress(), service.getLocalPort());
            var server = service.accept()) {
          plain = rate(server, client, bytes);
        }
        var opened = tunnels.give(kernel, target, Duration.ofMinutes(1));
        try (var client = new Socket(opened.host(), opened.port())) {
          client.getOutputStream().write((opened.token() + "\n").getBytes(StandardCharsets.UTF_8));
          client.getInputStream().readNBytes(2);
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
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
