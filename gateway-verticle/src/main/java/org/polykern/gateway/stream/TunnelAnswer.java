package org.polykern.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.polykern.gateway.stream.TunnelException.Reason;

/**
 * Reads the agent's answer line ahead of the socket's own handlers, and then nothing until somebody
 * wants the stream: then it leaves the pipeline, so that bytes of the stream that came with the
 * line reach the next handler as everything after them does.
 */
final class TunnelAnswer extends ByteToMessageDecoder {
  private static final int MAX_LINE = 1024;

  private final Promise<Void> answered = Promise.promise();

  /** Succeeds after {@code +}; fails with a TunnelException. */
  Future<Void> answered() {
    return answered.future();
  }

  /** The next handler gets the stream; to be called on the event loop, once. */
  static void leave(ChannelPipeline pipeline) {
    pipeline.remove(TunnelAnswer.class); // hands over what it did not read
    pipeline.channel().config().setAutoRead(true);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (answered.future().isComplete()) {
      return;
    }
    var length = in.bytesBefore((byte) '\n');
    if (length < 0) {
      if (in.readableBytes() > MAX_LINE) {
        in.skipBytes(in.readableBytes());
        refuse(context, Reason.UNREACHABLE, "The agent's tunnel answered nonsense.");
      }
      return;
    }
    var line = in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    in.skipBytes(1);
    if (line.equals("+")) {
      context.channel().config().setAutoRead(false);
      answered.tryComplete();
    } else {
      in.skipBytes(in.readableBytes());
      var space = line.indexOf(' ');
      var kind = space < 0 ? line : line.substring(0, space);
      var sentence = space < 0 ? line : line.substring(space + 1);
      refuse(context, reasonOf(kind), sentence);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    answered.tryFail(
        new TunnelException(Reason.UNREACHABLE, "The agent closed the tunnel without an answer."));
    super.channelInactive(context);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closed is closed
  private void refuse(ChannelHandlerContext context, Reason reason, String sentence) {
    answered.tryFail(new TunnelException(reason, sentence));
    context.close();
  }

  private static Reason reasonOf(String kind) {
    return switch (kind) {
      case "-token" -> Reason.TOKEN;
      case "-refused" -> Reason.REFUSED;
      case "-gone" -> Reason.GONE;
      default -> Reason.UNREACHABLE;
    };
  }
}
