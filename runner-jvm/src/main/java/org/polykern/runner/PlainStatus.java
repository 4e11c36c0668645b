package org.polykern.runner;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The status answer of the plain protocol: MessagePack of {@code {"started_at": float}}. */
final class PlainStatus {
  private static final byte[] KEY = "started_at".getBytes(StandardCharsets.US_ASCII);
  private static final int MAP_OF_ONE = 0x81;
  private static final int SHORT_TEXT = 0xa0;
  private static final int FLOAT_64 = 0xcb;

  private PlainStatus() {}

  static byte[] encode(double startedSeconds) {
    return ByteBuffer.allocate(3 + KEY.length + Double.BYTES)
        .put((byte) MAP_OF_ONE)
        .put((byte) (SHORT_TEXT | KEY.length))
        .put(KEY)
        .put((byte) FLOAT_64)
        .putDouble(startedSeconds)
        .array();
  }
}
