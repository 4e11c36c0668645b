package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;

/** Frames of a terminal as they go through the tunnel: {@code u8 type, u24 length, payload}. */
final class TerminalFrame {
  /** Input from a viewer, output to it. */
  static final int BYTES = 1;

  /** {@code u16 rows, u16 columns}. */
  static final int SIZE = 2;

  static final int PING = 3;
  static final int SCREEN = 4;
  static final int ENDED = 5;

  /** Between a client and the gateway only: {@code u32}, bytes of output that were dealt with. */
  static final int TAKEN = 6;

  static final int HEADER = 4;
  static final int MAX_PING = 64;

  /** Of one frame; the protocol allows up to 1 MiB. */
  private static final int PIECE = 64 * 1024;

  private TerminalFrame() {}

  /** As many frames as it takes. */
  static Buffer input(Buffer typed) {
    var frames = Buffer.buffer(typed.length() + HEADER * (1 + typed.length() / PIECE));
    for (var from = 0; from < typed.length(); from += PIECE) {
      var length = Math.min(PIECE, typed.length() - from);
      header(frames, BYTES, length).appendBuffer(typed, from, length);
    }
    return frames;
  }

  static Buffer resize(TerminalSize size) {
    return header(Buffer.buffer(), SIZE, 4)
        .appendUnsignedShort(size.rows())
        .appendUnsignedShort(size.columns());
  }

  static Buffer ping(Buffer payload) {
    return header(Buffer.buffer(), PING, payload.length()).appendBuffer(payload);
  }

  private static Buffer header(Buffer to, int type, int length) {
    return to.appendByte((byte) type).appendMedium(length);
  }
}
