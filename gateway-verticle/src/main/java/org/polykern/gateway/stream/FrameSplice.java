package org.polykern.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.VertxHandler;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a tunnel as a WebSocket's binary messages and back, out of the very memory that they
 * were read into: Vert.x's own sockets copy each piece twice, which costs a stream a third of its
 * rate. Everything else on both connections stays with Vert.x. Each direction is read only as fast
 * as the other connection takes it. Confined to the event loop that both are on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write is told to the connection's handlers
final class FrameSplice {
  private final ServerWebSocket webSocket;
  private final ChannelHandlerContext client;
  private final Runnable heard;
  private @Nullable Channel tunnel;

  /**
   * From now on nothing is read from the client, until {@link #connect}.
   *
   * @param connection that of {@code webSocket}
   * @param heard called for every piece of a message
   */
  FrameSplice(ServerWebSocket webSocket, ChannelPipeline connection, Runnable heard) {
    this.webSocket = webSocket;
    this.client = connection.context(VertxHandler.class);
    this.heard = heard;
    client.channel().config().setAutoRead(false);
    connection.addBefore(client.name(), null, new FromClient());
  }

  /** Begins; the tunnel was greeted. */
  void connect(NetSocket greeted) {
    var pipeline = Tunnels.pipeline(greeted);
    tunnel = pipeline.channel();
    pipeline.addAfter(pipeline.context(TunnelAnswer.class).name(), null, new FromTunnel());
    TunnelAnswer.leave(pipeline);
    client.channel().config().setAutoRead(true);
  }

  /** Whether the client is read from. */
  boolean isListening() {
    return client.channel().config().isAutoRead();
  }

  private final class FromTunnel extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var bytes = (ByteBuf) message;
      if (webSocket.isClosed()) {
        bytes.release(); // its handler runs later
        return;
      }
      client.write(new BinaryWebSocketFrame(bytes), client.voidPromise());
      if (!client.channel().isWritable()) {
        context.channel().config().setAutoRead(false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      client.flush();
      context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (context.channel().isWritable()) {
        client.channel().config().setAutoRead(true);
      }
      context.fireChannelWritabilityChanged();
    }
  }

  private final class FromClient extends ChannelInboundHandlerAdapter {
    private boolean inBinary;
    private boolean ended;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      switch (message) {
        case BinaryWebSocketFrame frame -> {
          inBinary = true;
          take(frame, frame.isFinalFragment() && !frame.content().isReadable());
        }
        case ContinuationWebSocketFrame frame -> take(frame, false);
        case TextWebSocketFrame frame -> {
          inBinary = false;
          take(frame, false);
        }
        default -> context.fireChannelRead(message);
      }
    }

    /** Texts mean nothing; a binary message without bytes is the end of the client's direction. */
    private void take(WebSocketFrame frame, boolean end) {
      heard.run();
      var to = tunnel;
      if (!inBinary || ended || to == null) {
        frame.release();
        return;
      }
      if (end) {
        ended = true;
        frame.release();
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput(to));
        return;
      }
      to.write(frame.content(), to.voidPromise());
      if (!to.isWritable()) {
        client.channel().config().setAutoRead(false);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (tunnel != null) {
        tunnel.flush();
      }
      context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (context.channel().isWritable() && tunnel != null) {
        tunnel.config().setAutoRead(true);
      }
      context.fireChannelWritabilityChanged();
    }
  }

  private static void endOutput(Channel tunnel) {
    if (tunnel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }
}
