package org.polykern.runner.text;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Cuts UTF-8 text into pieces that end between two characters. */
public final class TextPieces {
  /** The largest body of a text message. */
  public static final int MAX_BYTES = 65_536;

  private TextPieces() {}

  /** Hands over {@code text} in pieces of at most {@link #MAX_BYTES}, none of them empty. */
  public static void each(ByteBuffer text, Consumer<ByteBuffer> taker) {
    int at = text.position();
    int end = text.limit();
    while (at < end) {
      int stop = Math.min(at + MAX_BYTES, end);
      if (stop < end) {
        int back = stop;
        while (back > stop - 4 && (text.get(back) & 0xc0) == 0x80) {
          back--;
        }
        // Four continuation bytes in a row are no character: then any place is as good.
        stop = (text.get(back) & 0xc0) == 0x80 ? stop : back;
      }
      taker.accept(text.slice(at, stop - at));
      at = stop;
    }
  }
}
