package org.polykern.agent.tunnel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what one connection says on to the other; there is one of it at each end. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told to the handlers
final class Splice extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Splice.class);

  private final DuplexChannel other;
  private boolean inputEnded;

  Splice(DuplexChannel other) {
    this.other = other;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    other.write(bytes, other.voidPromise()); // a failure is told to the other's handler
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    other.flush();
    if (other.isWritable() && !inputEnded) {
      context.read();
    }
  }

  /** What this end could not take held up the reading of the other. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      other.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      // Behind what is still to be written, which shutting down would drop.
      other
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(written -> endOutput((DuplexChannel) context.channel()));
    }
  }

  private void endOutput(DuplexChannel own) {
    other
        .shutdownOutput()
        .addListener(done -> {
          if (own.isShutdown() && other.isShutdown()) {
            own.close();
            other.close();
          }
        });
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closeWhenWritten(other);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("A tunnel broke: {}", cause.toString());
    context.close();
  }

  static void closeWhenWritten(Channel channel) {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }
}
