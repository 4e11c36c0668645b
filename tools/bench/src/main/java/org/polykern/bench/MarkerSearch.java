package org.polykern.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Looks for a text in bytes that come in pieces. Not thread-safe. */
final class MarkerSearch {
  private final byte[] marker;

  /** For each length of a match: the longest shorter one that its end is too. */
  private final int[] shorter;

  private int matched;

  MarkerSearch(String text) {
    marker = text.getBytes(StandardCharsets.US_ASCII);
    shorter = new int[marker.length + 1];
    for (int end = 1; end < marker.length; end++) {
      shorter[end + 1] = extended(shorter[end], marker[end]);
    }
  }

  /** Whether it is found with the piece; what follows it is not looked at. */
  boolean foundWith(ByteBuffer piece) {
    byte[] bytes = piece.array();
    int start = piece.arrayOffset();
    int end = start + piece.limit();
    byte first = marker[0];
    int length = matched;
    int i = start + piece.position();
    for (; i < end && length < marker.length; i++) {
      byte next = bytes[i];
      if (length > 0 || next == first) { // nearly everything is neither
        length = extended(length, next);
      }
    }
    piece.position(i - start);
    matched = length;
    return length == marker.length;
  }

  private int extended(int length, byte next) {
    int from = length;
    while (from > 0 && marker[from] != next) {
      from = shorter[from];
    }
    return marker[from] == next ? from + 1 : 0;
  }
}
