package org.polykern.runner.python;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the byte stream of the driver into frames: one type byte, four bytes of length (big-endian),
 * body. Confined to the loop thread.
 */
final class FrameReader {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int HEADER_BYTES = 5;

  /** Takes one frame; the body is valid during the call only. */
  interface Taker {
    void frame(char type, ByteBuffer body);
  }

  private final int maxBody;
  private final Taker taker;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  /** A body too large for the buffer, being filled; its type is {@code largeType}. */
  private @Nullable ByteBuffer large;

  private char largeType;

  FrameReader(int maxBody, Taker taker) {
    this.maxBody = maxBody;
    this.taker = taker;
  }

  /**
   * Reads once and hands over every complete frame.
   *
   * @return bytes read, 0 when there is nothing now, -1 at the end of the stream
   * @throws IOException if reading fails or the stream is not made of frames
   */
  int read(ReadableByteChannel channel) throws IOException {
    if (large != null) {
      return readLarge(channel, large);
    }
    int n = channel.read(buffer);
    buffer.flip();
    while (buffer.remaining() >= HEADER_BYTES && takeFrame()) {}
    buffer.compact();
    return n;
  }

  private int readLarge(ReadableByteChannel channel, ByteBuffer target) throws IOException {
    // In slices: the JDK reads through a buffer outside the heap that is as large as the target.
    int n =
        channel.read(target.slice(target.position(), Math.min(target.remaining(), BUFFER_BYTES)));
    target.position(target.position() + Math.max(n, 0));
    if (!target.hasRemaining()) {
      large = null;
      taker.frame(largeType, target.flip());
    }
    return n;
  }

  private boolean takeFrame() throws IOException {
    int at = buffer.position();
    int length = buffer.getInt(at + 1);
    if (length < 0 || length > maxBody) {
      throw new IOException(
          "Expected a frame of at most " + maxBody + " bytes, but got " + length + ".");
    }
    char type = (char) (buffer.get(at) & 0xff);
    int available = buffer.remaining() - HEADER_BYTES;
    if (available >= length) {
      buffer.position(at + HEADER_BYTES + length);
      taker.frame(type, buffer.slice(at + HEADER_BYTES, length));
      return true;
    }
    if (length + HEADER_BYTES > BUFFER_BYTES) {
      buffer.position(at + HEADER_BYTES);
      large = ByteBuffer.allocate(length).put(buffer);
      largeType = type;
    }
    return false;
  }
}
