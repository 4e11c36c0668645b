package org.polykern.agent.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** How much is under way in a tunnel. */
final class Tuning {
  private static final int LARGEST_READ = 256 * 1024;
  private static final WriteBufferWaterMark BULK = new WriteBufferWaterMark(64 << 10, 256 << 10);
  private static final WriteBufferWaterMark INTERACTIVE =
      new WriteBufferWaterMark(16 << 10, 64 << 10);

  /** The system doubles it. What a reader must skip after Ctrl-C lies in these buffers. */
  private static final int INTERACTIVE_SOCKET = 64 << 10;

  /**
   * Left to itself, what the system holds for us would grow to tens of megabytes, and epoll reads
   * all of it at once when the peer has closed, whether the other side takes it or not.
   */
  static final int BULK_SOCKET = 256 << 10;

  private Tuning() {}

  /** One read at a time, of a size that follows what comes. */
  static AdaptiveRecvByteBufAllocator reads() {
    var reads = new AdaptiveRecvByteBufAllocator(512, 16 << 10, LARGEST_READ);
    reads.maxMessagesPerRead(1);
    return reads;
  }

  /** For the side of the client, once it is known what it wants. */
  static void limit(Channel front, Target target) {
    if (target.interactive()) {
      front.config().setOption(ChannelOption.SO_SNDBUF, INTERACTIVE_SOCKET);
      front.config().setWriteBufferWaterMark(INTERACTIVE);
    } else {
      front.config().setWriteBufferWaterMark(BULK);
    }
  }

  /** For the side of the kernel, before it is connected. */
  static Bootstrap limit(Bootstrap back, Target target) {
    return back.option(
            ChannelOption.SO_RCVBUF, target.interactive() ? INTERACTIVE_SOCKET : BULK_SOCKET)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, target.interactive() ? INTERACTIVE : BULK);
  }
}
