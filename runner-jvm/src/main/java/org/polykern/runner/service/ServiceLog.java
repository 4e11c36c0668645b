package org.polykern.runner.service;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last 64 KiB of what a service wrote. Grows with what is written. */
final class ServiceLog {
  static final int LIMIT_BYTES = 64 * 1024;
  private static final int FIRST_BYTES = 1024;

  /** A ring once it has its full size; {@code at} is where the next byte goes. */
  private byte[] bytes = new byte[0];

  private int at;
  private boolean wrapped;

  /** Adds UTF-8 text; the buffer is read to its end. */
  void add(ByteBuffer text) {
    if (text.remaining() > LIMIT_BYTES) {
      text.position(text.limit() - LIMIT_BYTES);
    }
    reserve(text.remaining());
    while (text.hasRemaining()) {
      int n = Math.min(text.remaining(), bytes.length - at);
      text.get(bytes, at, n);
      at += n;
      if (at == LIMIT_BYTES) {
        at = 0;
        wrapped = true;
      }
    }
  }

  /** Adds a line of the runner's own. */
  void line(String line) {
    add(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** All that is kept. */
  String text() {
    return last(LIMIT_BYTES);
  }

  /** The last {@code limit} bytes at most, from the beginning of a character on. */
  String last(int limit) {
    byte[] all = new byte[wrapped ? LIMIT_BYTES : at];
    if (wrapped) {
      System.arraycopy(bytes, at, all, 0, LIMIT_BYTES - at);
      System.arraycopy(bytes, 0, all, LIMIT_BYTES - at, at);
    } else {
      System.arraycopy(bytes, 0, all, 0, at);
    }
    int from = Math.max(0, all.length - limit);
    boolean cut = wrapped || from > 0;
    while (cut && from < all.length && (all[from] & 0xC0) == 0x80) {
      from++;
    }
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  private void reserve(int more) {
    int wanted = Math.min(LIMIT_BYTES, at + more);
    if (bytes.length < wanted) {
      int size = Math.max(Math.max(FIRST_BYTES, wanted), 2 * bytes.length);
      bytes = Arrays.copyOf(bytes, Math.min(LIMIT_BYTES, size));
    }
  }
}
