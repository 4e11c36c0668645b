package org.polykern.runner.terminal.screen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow; without a builder's copies. */
final class SnapshotText {
  private byte[] bytes = new byte[4096];
  private int length;

  int length() {
    return length;
  }

  /** Forgets what is behind. */
  void cut(int toLength) {
    length = toLength;
  }

  SnapshotText ascii(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return this;
  }

  SnapshotText number(int number) {
    return ascii(Integer.toString(number));
  }

  SnapshotText text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return bytes(encoded, encoded.length);
  }

  SnapshotText bytes(byte[] more, int count) {
    room(count);
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
    return this;
  }

  SnapshotText codePoint(int c) {
    room(4);
    if (c < 0x80) {
      bytes[length++] = (byte) c;
    } else if (c < 0x800) {
      bytes[length++] = (byte) (0xC0 | (c >> 6));
      tail(c);
    } else if (c < 0x1_0000) {
      bytes[length++] = (byte) (0xE0 | (c >> 12));
      tail(c >> 6);
      tail(c);
    } else {
      bytes[length++] = (byte) (0xF0 | (c >> 18));
      tail(c >> 12);
      tail(c >> 6);
      tail(c);
    }
    return this;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void tail(int c) {
    bytes[length++] = (byte) (0x80 | (c & 0x3F));
  }

  private void room(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
  }
}
