package org.polykern.gateway.stream;

import io.vertx.core.buffer.Buffer;

/**
 * Reads the frames of a terminal out of a tunnel. Output is handed on as it comes, without waiting
 * for the rest of its frame, so that nothing of the size of a frame is ever held. Throws
 * IllegalArgumentException for what no runner may send.
 */
final class TerminalReader {
  private static final int MAX_SMALL = 4096;

  /** What frames mean to the client's end. */
  interface Sink {
    /** Output, or a piece of it. */
    void output(Buffer piece);

    /** Forget what is shown; this and the output behind it draws the terminal anew. */
    void screen(Buffer piece);

    void size(TerminalSize size);

    void pong(Buffer payload);

    void ended(String sentence);
  }

  private final Sink sink;
  private Buffer small = Buffer.buffer(); // a header, or the payload of a short frame
  private int type;
  private int left;
  private boolean inFrame;

  TerminalReader(Sink sink) {
    this.sink = sink;
  }

  void read(Buffer bytes) {
    var at = 0;
    while (at < bytes.length()) {
      if (inFrame) {
        var length = Math.min(left, bytes.length() - at);
        take(bytes.slice(at, at + length));
        at += length;
      } else {
        small.appendByte(bytes.getByte(at++));
        if (small.length() == TerminalFrame.HEADER) {
          begin();
        }
      }
    }
  }

  private void begin() {
    type = small.getUnsignedByte(0);
    left = small.getUnsignedMedium(1);
    small = Buffer.buffer();
    var streamed = type == TerminalFrame.BYTES || type == TerminalFrame.SCREEN;
    if (left > (streamed ? 1 << 20 : MAX_SMALL)) {
      throw new IllegalArgumentException(
          "Expected a shorter frame of type " + type + ", but it has " + left + " bytes");
    }
    inFrame = true;
    if (left == 0) {
      take(Buffer.buffer());
    }
  }

  private void take(Buffer piece) {
    left -= piece.length();
    if (type == TerminalFrame.BYTES) {
      if (piece.length() > 0) {
        sink.output(piece);
      }
    } else if (type == TerminalFrame.SCREEN) {
      sink.screen(piece);
      type = TerminalFrame.BYTES; // what is left of it is drawn behind it
    } else {
      small.appendBuffer(piece);
      if (left == 0) {
        takeSmall(small);
        small = Buffer.buffer();
      }
    }
    inFrame = left > 0;
  }

  private void takeSmall(Buffer payload) {
    switch (type) {
      case TerminalFrame.SIZE -> {
        if (payload.length() != 4) {
          throw new IllegalArgumentException(
              "Expected 4 bytes of size, but got " + payload.length());
        }
        sink.size(new TerminalSize(payload.getUnsignedShort(0), payload.getUnsignedShort(2)));
      }
      case TerminalFrame.PING -> sink.pong(payload);
      case TerminalFrame.ENDED -> sink.ended(payload.toString());
      default -> {} // of a newer runner
    }
  }
}
