package org.polykern.runner.driver;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Escapes UTF-8 text for a JSON text without a copy of it as characters. */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int ESCAPED_CONTROL = 6;

  private JsonBytes() {}

  /** How many bytes {@link #write} writes. */
  static int length(ByteBuffer text) {
    int length = 0;
    for (int i = text.position(); i < text.limit(); i++) {
      length += length(text.get(i));
    }
    return length;
  }

  /** Writes the text between the quotation marks; neither buffer's limit changes. */
  static void write(ByteBuffer json, ByteBuffer text) {
    for (int i = text.position(); i < text.limit(); i++) {
      byte b = text.get(i);
      switch (length(b)) {
        case 1 -> json.put(b);
        case 2 -> json.put((byte) '\\').put(b == '\n' ? (byte) 'n' : b);
        default ->
            json.put((byte) '\\')
                .put((byte) 'u')
                .put((byte) '0')
                .put((byte) '0')
                .put(HEX[b >> 4])
                .put(HEX[b & 0xf]);
      }
    }
  }

  private static int length(byte b) {
    if (b == '"' || b == '\\' || b == '\n') {
      return 2;
    }
    return b >= 0 && b < ' ' ? ESCAPED_CONTROL : 1;
  }
}
