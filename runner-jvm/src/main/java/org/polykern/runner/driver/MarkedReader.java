package org.polykern.runner.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells a driver's frames from the user's text in one byte stream: {@code MARK type length LF
 * body}, where MARK is the byte 0x1E and a token. Whatever is no complete header is text, byte by
 * byte. Confined to the loop thread.
 */
final class MarkedReader {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final byte MARK_START = 0x1e;
  private static final int MAX_DIGITS = 18;
  private static final long MARKS = 0x1e1e1e1e1e1e1e1eL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** Takes the pieces in their order; a buffer is valid during the call only. */
  interface Taker {
    /** The user's output. */
    void text(ByteBuffer bytes);

    /** A piece of the body of {@code e} frames. */
    void errorText(ByteBuffer bytes);

    /** A whole frame of any other type. */
    void frame(char type, ByteBuffer body);

    /** The body of a frame was longer than allowed and is skipped. */
    void tooLarge(char type, long length);
  }

  private final byte[] mark;
  private final int maxBody;
  private final Taker taker;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** How much of a body that is passed on in pieces, or skipped, is still to come. */
  private long passing;

  private boolean skipping;

  /** A body too large for the buffer, being filled; its type is {@code largeType}. */
  private @Nullable ByteBuffer large;

  private char largeType;

  /**
   * @param token ASCII text after the byte 0x1E, without that byte
   * @param maxBody greatest length of a frame's body, in bytes; that of {@code e} frames is free
   */
  MarkedReader(String token, int maxBody, Taker taker) {
    byte[] text = token.getBytes(StandardCharsets.US_ASCII);
    this.mark = new byte[text.length + 1];
    mark[0] = MARK_START;
    System.arraycopy(text, 0, mark, 1, text.length);
    this.maxBody = maxBody;
    this.taker = taker;
  }

  /**
   * Reads once and hands over all but the beginning of what may become a frame.
   *
   * @return bytes read, 0 when there is nothing now, -1 at the end of the stream
   */
  int read(ReadableByteChannel channel) throws IOException {
    if (large != null) {
      return readLarge(channel, large);
    }
    int n = channel.read(buffer);
    if (n > 0) {
      buffer.flip();
      take();
      buffer.compact();
    }
    return n;
  }

  /** The stream has ended: what looked like the beginning of a header was text. */
  void end() {
    buffer.flip();
    if (buffer.hasRemaining() && headerEnd(0) <= 0) {
      taker.text(buffer.slice());
    }
    buffer.clear();
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

  private void take() {
    int textStart = buffer.position();
    int at = textStart;
    while (large == null) {
      if (passing > 0) {
        passOn();
        textStart = buffer.position();
        at = textStart;
      }
      at = nextMark(at);
      int afterHeader = at < buffer.limit() ? headerEnd(at) : 0;
      if (at >= buffer.limit() || afterHeader == 0) {
        // Either all is text, or what follows must wait for more.
        text(textStart, at);
        buffer.position(at);
        return;
      }
      if (afterHeader < 0) {
        at++;
        continue;
      }
      text(textStart, at);
      if (!body(at, afterHeader)) {
        return;
      }
      textStart = buffer.position();
      at = textStart;
    }
  }

  /** Takes a frame with a complete header; false when its body is not there yet. */
  private boolean body(int at, int afterHeader) {
    char type = (char) buffer.get(at + mark.length);
    long length = length(at + mark.length + 1, afterHeader - 1);
    buffer.position(afterHeader);
    if (type == 'e' || length > maxBody) {
      passing = length;
      skipping = type != 'e';
      if (skipping) {
        taker.tooLarge(type, length);
      }
      return true;
    }
    int size = (int) length;
    if (size <= buffer.remaining()) {
      buffer.position(afterHeader + size);
      taker.frame(type, buffer.slice(afterHeader, size));
      return true;
    }
    if (size + afterHeader - at > BUFFER_BYTES) {
      large = ByteBuffer.allocate(size).put(buffer);
      largeType = type;
    } else {
      buffer.position(at);
    }
    return false;
  }

  private void passOn() {
    int n = (int) Math.min(passing, buffer.remaining());
    passing -= n;
    int at = buffer.position();
    buffer.position(at + n);
    if (!skipping && n > 0) {
      taker.errorText(buffer.slice(at, n));
    }
  }

  private void text(int from, int to) {
    if (from < to) {
      taker.text(buffer.slice(from, to - from));
    }
  }

  /**
   * The place of the next byte 0x1E at or after {@code at}; the buffer's limit if there is none.
   */
  private int nextMark(int at) {
    int end = buffer.limit();
    int i = at;
    // Eight bytes at once: a byte of x is zero where the text has 0x1E.
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      long x = buffer.getLong(i) ^ MARKS;
      long found = (x - ONES) & ~x & HIGH_BITS;
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (i < end && buffer.get(i) != MARK_START) {
      i++;
    }
    return i;
  }

  /**
   * Where the body of the frame at {@code at} begins; 0 when its header is not complete yet, -1
   * when there is no frame at all.
   */
  private int headerEnd(int at) {
    int end = buffer.limit();
    for (int i = 0; i < mark.length; i++) {
      if (at + i == end) {
        return 0;
      }
      if (buffer.get(at + i) != mark[i]) {
        return -1;
      }
    }
    int digits = at + mark.length + 1;
    if (digits > end) {
      return 0;
    }
    if (buffer.get(digits - 1) <= ' ') {
      return -1;
    }
    int i = digits;
    while (i < end && i - digits <= MAX_DIGITS) {
      byte b = buffer.get(i++);
      if (b == '\n') {
        return i - 1 > digits ? i : -1;
      }
      if (b < '0' || b > '9') {
        return -1;
      }
    }
    return i - digits > MAX_DIGITS ? -1 : 0;
  }

  private long length(int from, int to) {
    long length = 0;
    for (int i = from; i < to; i++) {
      length = 10 * length + (buffer.get(i) - '0');
    }
    return length;
  }
}
