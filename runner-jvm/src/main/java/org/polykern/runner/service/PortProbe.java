package org.polykern.runner.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;

/** Whether somebody listens on a port of this machine, in IPv4 or IPv6. Never waits. */
final class PortProbe implements AutoCloseable {
  private static final byte[][] LOOPBACK = {
    {127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
  };

  private static final Duration ROUND = Duration.ofMillis(10);
  private static final int ROUNDS = 10;

  private final int port;
  private final @Nullable SocketChannel[] pending = new SocketChannel[LOOPBACK.length];

  PortProbe(int port) {
    this.port = port;
  }

  /** Tells whether one answers, at once where that is certain; at the latest after 100 ms. */
  static void ask(int port, EventLoop loop, Consumer<Boolean> answer) {
    ask(new PortProbe(port), loop, ROUNDS, answer);
  }

  private static void ask(PortProbe probe, EventLoop loop, int rounds, Consumer<Boolean> answer) {
    boolean answered = probe.answered();
    if (answered || rounds == 0 || !probe.undecided()) {
      probe.close();
      answer.accept(answered);
    } else {
      loop.after(ROUND, () -> ask(probe, loop, rounds - 1, answer));
    }
  }

  /** Whether one answers; what is undecided goes on until the next call. */
  boolean answered() {
    for (int i = 0; i < LOOPBACK.length; i++) {
      if (connected(i)) {
        return true;
      }
    }
    return false;
  }

  private boolean undecided() {
    return pending[0] != null || pending[1] != null;
  }

  private boolean connected(int i) {
    SocketChannel channel = pending[i];
    pending[i] = null;
    try {
      if (channel == null) {
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK[i]), port));
      }
      boolean connected = channel.finishConnect();
      if (connected) {
        close(channel);
      } else {
        pending[i] = channel;
      }
      return connected;
    } catch (IOException | UnsupportedAddressTypeException e) {
      close(channel); // Refused, or a machine without IPv6.
      return false;
    }
  }

  @Override
  public void close() {
    for (SocketChannel channel : pending) {
      close(channel);
    }
  }

  private static void close(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing was sent that could be lost.
    }
  }
}
