package org.polykern.gateway.proxy.worker;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening socket whose connections are handed on, in blocking mode. */
final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);
  private static final int BACKLOG = 512;

  /** When the machine has no descriptor left, trying on at once would not get one. */
  private static final Duration BREATH = Duration.ofMillis(50);

  private final ServerSocketChannel channel;

  private Listener(ServerSocketChannel channel) {
    this.channel = channel;
  }

  /** On a TCP port. Throws {@link java.net.BindException} when it is taken. */
  static Listener tcp(SocketAddress address, Tasks tasks, Consumer<SocketChannel> taker)
      throws IOException {
    var channel = ServerSocketChannel.open();
    try {
      // Connections of the last run in TIME_WAIT must not keep its port from us.
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(address, BACKLOG);
    } catch (IOException | RuntimeException e) {
      Splice.close(channel);
      throw e;
    }
    return accepting(channel, tasks, taker);
  }

  /** On a file, which only we may reach: its directory is private. */
  static Listener unix(Path file, Tasks tasks, Consumer<SocketChannel> taker) throws IOException {
    Files.deleteIfExists(file);
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(file), BACKLOG);
    } catch (IOException | RuntimeException e) {
      Splice.close(channel);
      throw e;
    }
    return accepting(channel, tasks, taker);
  }

  int port() throws IOException {
    return ((java.net.InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private static Listener accepting(
      ServerSocketChannel channel, Tasks tasks, Consumer<SocketChannel> taker) {
    var listener = new Listener(channel);
    tasks.startLoop("accept", () -> listener.acceptAll(tasks, taker));
    return listener;
  }

  private void acceptAll(Tasks tasks, Consumer<SocketChannel> taker) throws InterruptedException {
    while (channel.isOpen()) {
      try {
        taker.accept(channel.accept());
      } catch (IOException e) {
        if (channel.isOpen()) {
          log.warn("A connection was not accepted: {}", e.toString());
          tasks.pause(BREATH);
        }
      }
    }
  }

  @Override
  public void close() {
    Splice.close(channel);
  }
}
