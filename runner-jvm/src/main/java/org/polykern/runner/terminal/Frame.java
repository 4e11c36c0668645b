package org.polykern.runner.terminal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames of a terminal's stream: {@code u8 type | u24 length | payload}. */
final class Frame {
  static final int HEADER = 4;
  static final int MAX_PAYLOAD = 1024 * 1024;
  static final int MAX_PING = 64;

  /** Bytes of the terminal: what was typed, or output. */
  static final int BYTES = 1;

  static final int SIZE = 2;
  static final int PING = 3;
  static final int SCREEN = 4;
  static final int ENDED = 5;

  private Frame() {}

  /** Whether a viewer may send such a frame. */
  static boolean allowed(int type, int length) {
    return switch (type) {
      case BYTES -> length <= MAX_PAYLOAD;
      case SIZE -> length == 4;
      case PING -> length <= MAX_PING;
      default -> false;
    };
  }

  /** Writes the header of a payload that ends where {@code frame} does. */
  static void header(ByteBuffer frame, int type, int length) {
    frame.putInt((type << 24) | length);
  }

  static ByteBuffer of(int type, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + payload.length);
    header(frame, type, payload.length);
    return frame.put(payload).flip();
  }

  static ByteBuffer size(int rows, int columns) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + 4);
    header(frame, SIZE, 4);
    return frame.putShort((short) rows).putShort((short) columns).flip();
  }

  static ByteBuffer ended(String sentence) {
    return of(ENDED, sentence.getBytes(StandardCharsets.UTF_8));
  }
}
