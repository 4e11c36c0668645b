package org.polykern.runner.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.text.TextPieces;
import org.polykern.runner.text.Utf8Repair;

/** One of a program's output streams as pieces of valid UTF-8. Confined to the loop thread. */
final class OutputPipe {
  private final Pipe.SourceChannel channel;
  private final SelectionKey key;
  private final Utf8Repair repair = new Utf8Repair();
  private Consumer<ByteBuffer> taker;
  private boolean reading = true;

  OutputPipe(
      EventLoop loop,
      Pipe.@Nullable SourceChannel channel,
      Runnable ready,
      Consumer<ByteBuffer> taker)
      throws IOException {
    if (channel == null) {
      throw new IllegalArgumentException("Expected captured output, but the child has none.");
    }
    this.channel = channel;
    this.taker = taker;
    this.key = loop.watch(channel, SelectionKey.OP_READ, ready);
  }

  /** Hands what comes from now on to another. */
  void handTo(Consumer<ByteBuffer> other) {
    taker = other;
  }

  boolean atEnd() {
    return !channel.isOpen();
  }

  /** Reads on, or leaves what is written where it is, so that the writer waits. */
  void reading(boolean wanted) {
    if (wanted != reading) {
      reading = wanted;
      if (key.isValid()) {
        key.interestOps(wanted ? SelectionKey.OP_READ : 0);
      }
    }
  }

  /**
   * Reads at most one buffer and hands it over.
   *
   * @return bytes read; 0 when there is nothing now or no more
   */
  int read(ByteBuffer buffer) {
    if (atEnd()) {
      return 0;
    }
    int n;
    try {
      n = channel.read(buffer.clear());
    } catch (IOException e) {
      n = -1; // A pipe that cannot be read has no more to give.
    }
    if (n < 0) {
      close();
      return 0;
    }
    TextPieces.each(repair.feed(buffer.flip()), taker);
    return n;
  }

  /** Hands over what is left of a character that was cut. */
  void flush() {
    TextPieces.each(repair.end(), taker);
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closing the reading end loses nothing that anyone waits for.
    }
  }
}
