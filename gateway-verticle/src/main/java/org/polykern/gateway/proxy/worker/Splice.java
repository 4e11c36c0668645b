package org.polykern.gateway.proxy.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies between two connections in both directions until both have ended. A direction that ends
 * ends the other side's input, no more. Nothing is read that was not written on before.
 */
final class Splice {
  private static final Logger log = LoggerFactory.getLogger(Splice.class);

  /** For keys and prompts; thousands of quiet connections cost little. */
  private static final int SMALL = 8 * 1024;

  private static final int LARGE = 256 * 1024;

  private Splice() {}

  /** Blocks until both directions have ended; then both connections are closed. */
  static void join(SocketChannel left, SocketChannel right) throws InterruptedException {
    try {
      var back = Thread.ofVirtual().name("app-proxy-back").start(() -> copy(right, left));
      copy(left, right);
      back.join();
    } finally {
      close(left);
      close(right);
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try {
      var buffer = ByteBuffer.allocate(SMALL);
      while (from.read(buffer) >= 0) {
        var full = !buffer.hasRemaining();
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
        if (full && buffer.capacity() == SMALL) {
          buffer = ByteBuffer.allocateDirect(LARGE);
        }
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      // One broken direction breaks the other: the rest would never arrive.
      log.trace("A connection broke", broken);
      close(from);
      close(to);
    }
  }

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      log.trace("Not closed cleanly", e);
    }
  }
}
