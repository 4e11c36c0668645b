package org.polykern.agent.runnerlink;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** UTF-8 text that comes in pieces which may cut a character. */
final class Utf8Pieces {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] rest = new byte[0];

  /** The whole characters so far; an incomplete one waits. */
  String add(byte[] piece) {
    return decode(piece, false);
  }

  /** What waited, though it is incomplete; begins anew. */
  String end() {
    var text = decode(new byte[0], true);
    decoder.reset();
    return text;
  }

  private String decode(byte[] piece, boolean last) {
    var in = ByteBuffer.allocate(rest.length + piece.length).put(rest).put(piece).flip();
    var out = CharBuffer.allocate(in.remaining() + 1); // never more characters than bytes
    decoder.decode(in, out, last);
    if (last) {
      decoder.flush(out);
    }
    rest = new byte[in.remaining()];
    in.get(rest);
    return out.flip().toString();
  }
}
