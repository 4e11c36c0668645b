package org.polykern.runner.terminal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;

/**
 * The port of streams: whoever connects sends a token and a line feed, and is then a stream of what
 * the token was given for. Everybody in the session's network can connect, user code too, so what
 * one can do without a token is bounded: a few connections for a few seconds, the oldest of which
 * makes room for a new one, so that an agent, which sends at once, always comes through. Confined
 * to the loop thread.
 */
public final class StreamPort {
  private static final int MAX_STRANGERS = 32;
  private static final int MOST_AT_ONCE = 16;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** Enough for the fastest reader of this machine, and sent within milliseconds to all others. */
  private static final int SEND_BUFFER = 32 * 1024;

  private final EventLoop loop;
  private final ServerSocketChannel server;
  private final SelectionKey key;
  private final Tokens tokens = new Tokens();
  private final ArrayDeque<Stranger> strangers = new ArrayDeque<>();
  private boolean looking;

  /** A connection that has not sent its token yet. */
  private static final class Stranger {
    private final SocketChannel channel;
    private final long since = System.nanoTime();

    /** No more than the token and its end is ever read here: the rest is the stream's. */
    private final ByteBuffer sent = ByteBuffer.allocate(Tokens.LENGTH + 1);

    Stranger(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /**
   * Binds the port.
   *
   * @param bind address
   * @param port 0 = any
   */
  public StreamPort(String bind, int port, EventLoop loop) throws IOException {
    this.loop = loop;
    this.server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(bind, port));
    this.key = loop.watch(server, SelectionKey.OP_ACCEPT, this::accept);
  }

  /** The bound port. */
  public int port() {
    return server.socket().getLocalPort();
  }

  /**
   * A token for one stream.
   *
   * @param taker gets the connection, which does not block and which nobody watches any more
   */
  public String expect(Consumer<SocketChannel> taker) {
    return tokens.give(taker, System.nanoTime());
  }

  private void accept() {
    try {
      SocketChannel channel;
      for (int i = 0; i < MOST_AT_ONCE && (channel = server.accept()) != null; i++) {
        meet(channel);
      }
    } catch (IOException e) {
      // Out of descriptors, most likely: the connection would be offered again at once, for ever.
      key.interestOps(0);
      loop.after(BETWEEN_LOOKS, () -> key.interestOps(SelectionKey.OP_ACCEPT));
    }
  }

  private void meet(SocketChannel channel) {
    if (strangers.size() >= MAX_STRANGERS) {
      Streams.close(strangers.remove().channel);
    }
    Stranger stranger = new Stranger(channel);
    try {
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      loop.watch(channel, SelectionKey.OP_READ, () -> read(stranger));
    } catch (IOException e) {
      Streams.close(channel); // It is gone already.
      return;
    }
    strangers.add(stranger);
    lookLater();
  }

  private void read(Stranger stranger) {
    int n;
    try {
      n = stranger.channel.read(stranger.sent);
    } catch (IOException e) {
      n = -1;
    }
    if (n >= 0 && stranger.sent.hasRemaining()) {
      return;
    }
    strangers.remove(stranger);
    Consumer<SocketChannel> taker = n < 0 ? null : taker(stranger.sent.array());
    if (taker == null) {
      Streams.close(stranger.channel);
    } else {
      taker.accept(stranger.channel);
    }
  }

  private @Nullable Consumer<SocketChannel> taker(byte[] line) {
    if (line[Tokens.LENGTH] != '\n') {
      return null;
    }
    String token = new String(line, 0, Tokens.LENGTH, StandardCharsets.ISO_8859_1);
    return tokens.take(token, System.nanoTime());
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      loop.after(BETWEEN_LOOKS, this::look);
    }
  }

  private void look() {
    looking = false;
    long now = System.nanoTime();
    for (Iterator<Stranger> all = strangers.iterator(); all.hasNext(); ) {
      Stranger stranger = all.next();
      if (now - stranger.since >= PATIENCE_NANOS) {
        all.remove();
        Streams.close(stranger.channel);
      }
    }
    if (!strangers.isEmpty()) {
      lookLater();
    }
  }
}
