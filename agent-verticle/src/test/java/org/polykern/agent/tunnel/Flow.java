package org.polykern.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/** Much data at the ends of a tunnel. */
final class Flow {
  private Flow() {}

  static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void pump(Socket socket, AtomicLong sent) {
    try {
      while (true) {
        socket.getOutputStream().write(new byte[64 << 10]);
        sent.addAndGet(64 << 10);
      }
    } catch (IOException closed) {
      assertThat(closed).isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  /** The common pool may have a single thread. */
  static <T> CompletableFuture<T> background(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  static long send(Socket socket, int seed) {
    var random = new SplittableRandom(seed);
    var sum = new CRC32C();
    var piece = new byte[100_003]; // no multiple of anything
    random.nextBytes(piece);
    try {
      for (var left = 1L << 30; left > 0; left -= piece.length) {
        if (left % 7 == 0) {
          random.nextBytes(piece);
        }
        var size = (int) Math.min(left, piece.length);
        sum.update(piece, 0, size);
        socket.getOutputStream().write(piece, 0, size);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return sum.getValue();
  }

  static long digest(Socket socket) {
    var sum = new CRC32C();
    var piece = new byte[256 << 10];
    try {
      for (var n = 0; n >= 0; n = socket.getInputStream().read(piece)) {
        sum.update(piece, 0, n);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return sum.getValue();
  }
}
