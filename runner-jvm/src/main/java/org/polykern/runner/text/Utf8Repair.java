package org.polykern.runner.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes valid UTF-8 of a stream of arbitrary bytes: what is malformed becomes U+FFFD, and a
 * sequence that is cut at the end of one piece waits for the next. Confined to the loop thread.
 */
public final class Utf8Repair {
  private static final int LONGEST_SEQUENCE = 4;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer cut = ByteBuffer.allocate(0);

  /** Valid UTF-8 for all bytes of a text. */
  public static ByteBuffer whole(ByteBuffer bytes) {
    Utf8Repair repair = new Utf8Repair();
    ByteBuffer first = repair.feed(bytes);
    ByteBuffer last = repair.end();
    if (!last.hasRemaining()) {
      return first;
    }
    return ByteBuffer.allocate(first.remaining() + last.remaining()).put(first).put(last).flip();
  }

  /** Valid UTF-8 for these bytes and what was left over before; may be empty. */
  public ByteBuffer feed(ByteBuffer bytes) {
    if (!cut.hasRemaining() && ascii(bytes)) {
      return bytes;
    }
    ByteBuffer in = ByteBuffer.allocate(cut.remaining() + bytes.remaining());
    in.put(cut).put(bytes).flip();
    return decode(in, false);
  }

  /** Valid UTF-8 for what was left over at the end of a stream. */
  public ByteBuffer end() {
    return decode(cut, true);
  }

  private ByteBuffer decode(ByteBuffer in, boolean last) {
    CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST_SEQUENCE);
    decoder.reset();
    decoder.decode(in, text, last);
    cut = ByteBuffer.allocate(in.remaining()).put(in).flip();
    return StandardCharsets.UTF_8.encode(text.flip());
  }

  private static boolean ascii(ByteBuffer bytes) {
    int i = bytes.position();
    // Eight bytes at once: this is where a flood of output spends the loop's time.
    for (; i + Long.BYTES <= bytes.limit(); i += Long.BYTES) {
      if ((bytes.getLong(i) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; i < bytes.limit(); i++) {
      if (bytes.get(i) < 0) {
        return false;
      }
    }
    return true;
  }
}
