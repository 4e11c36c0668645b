package org.polykern.agent.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.tunnel.Grants.Redeemed;

/** The first line of a connection: checks the token, connects its target, then makes place. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told to the handlers
final class Preface extends ChannelInboundHandlerAdapter implements Grants.Tunnel {
  static final int MAX_BYTES = 100;
  private static final int PREFACE_SECONDS = 5;

  /** A refused client has so long to read why. */
  private static final int LINGER_SECONDS = 1;

  /** How long the last bytes of an ended kernel may take to be read. */
  private static final int END_SECONDS = 5;

  private static final String UNKNOWN =
      "-token Expected a token that was given within the last minute and not used yet; open the"
          + " stream anew.\n";
  private static final String GONE = "-gone The session's kernel has ended.\n";

  private final Grants grants;
  private final BiFunction<Channel, Target, Bootstrap> connector;
  private final DuplexChannel front;
  private final Future<?> limit;
  private final ByteBuf line;
  // Below: confined to the event loop.
  private State state = State.LINE;
  private @Nullable Channel back;

  /** What came before the target was connected; epoll reads at will when the client has closed. */
  private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

  private boolean inputEnded;
  private boolean lineEnded;

  private enum State {
    LINE,
    CONNECTING,
    REFUSED
  }

  /** Must be made on the event loop of {@code front}, which may be silent for a while. */
  Preface(DuplexChannel front, Grants grants, BiFunction<Channel, Target, Bootstrap> connector) {
    this.front = front;
    this.grants = grants;
    this.connector = connector;
    line = front.alloc().buffer(MAX_BYTES);
    limit = front.eventLoop().schedule(() -> front.close(), PREFACE_SECONDS, TimeUnit.SECONDS);
    front
        .closeFuture()
        .addListener(closed -> {
          endLine();
          line.release();
          dropEarly();
        });
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    switch (state) {
      case LINE -> readLine(context, bytes);
      case CONNECTING -> early.add(bytes);
      case REFUSED -> bytes.release();
    }
  }

  private void readLine(ChannelHandlerContext context, ByteBuf bytes) {
    var end = bytes.bytesBefore((byte) '\n');
    var taken = end < 0 ? bytes.readableBytes() : end;
    if (line.readableBytes() + taken > MAX_BYTES) {
      bytes.release();
      context.close();
      return;
    }
    line.writeBytes(bytes, taken);
    if (end < 0) {
      bytes.release();
      return;
    }
    early.add(bytes.skipBytes(1));
    endLine();
    redeem();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (state == State.LINE) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      switch (state) {
        case LINE -> context.close();
        case REFUSED -> Splice.closeWhenWritten(front);
        case CONNECTING -> {}
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  /** It is complete, or the connection is closed. */
  private void endLine() {
    limit.cancel(false);
    if (!lineEnded) {
      lineEnded = true;
      grants.spoke();
    }
  }

  private void redeem() {
    switch (grants.redeem(line.toString(StandardCharsets.ISO_8859_1), this)) {
      case Redeemed.Unknown unknown -> refuse(UNKNOWN);
      case Redeemed.Gone gone -> refuse(GONE);
      case Redeemed.Granted granted -> {
        front.closeFuture().addListener(closed -> grants.closed(granted.kernel(), this));
        state = State.CONNECTING;
        connect(granted.target());
      }
    }
  }

  private void connect(Target target) {
    connector
        .apply(front, target)
        .connect(target.host(), target.port())
        .addListener((ChannelFuture connected) -> {
          if (!connected.isSuccess()) {
            refuse(
                "-refused Expected a program that listens on port "
                    + target.port()
                    + ", but nobody does; start the service, or wait until it listens.\n");
          } else if (!front.isActive()) {
            connected.channel().close();
          } else {
            splice((DuplexChannel) connected.channel(), target);
          }
        });
  }

  private void splice(DuplexChannel to, Target target) {
    back = to;
    Tuning.limit(front, target);
    to.pipeline().addLast(new Splice(front));
    front.pipeline().replace(this, "splice", new Splice(to));
    front.writeAndFlush(ByteBufUtil.writeAscii(front.alloc(), "+\n"), front.voidPromise());
    to.write(Unpooled.wrappedBuffer(target.opening().array()), to.voidPromise());
    while (!early.isEmpty()) {
      front.pipeline().fireChannelRead(early.poll());
    }
    to.read();
    front.pipeline().fireChannelReadComplete();
    if (inputEnded) {
      front.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void dropEarly() {
    while (!early.isEmpty()) {
      early.poll().release();
    }
  }

  private void refuse(String sentence) {
    state = State.REFUSED;
    dropEarly();
    front
        .writeAndFlush(ByteBufUtil.writeUtf8(front.alloc(), sentence))
        .addListener((ChannelFutureListener) written -> front.shutdownOutput());
    // Closing with unread bytes would take the answer back from the client.
    front.config().setAutoRead(true);
    var close = front.eventLoop().schedule(() -> front.close(), LINGER_SECONDS, TimeUnit.SECONDS);
    front.closeFuture().addListener(closed -> close.cancel(false));
  }

  @Override
  public void end() {
    front
        .eventLoop()
        .execute(() -> {
          if (back != null) {
            back.close();
            var close =
                front.eventLoop().schedule(() -> front.close(), END_SECONDS, TimeUnit.SECONDS);
            front.closeFuture().addListener(closed -> close.cancel(false));
          } else {
            front.close();
          }
        });
  }
}
