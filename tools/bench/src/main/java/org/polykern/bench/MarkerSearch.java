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
    while (matched < marker.length && piece.hasRemaining()) {
      matched = extended(matched, piece.get());
    }
    return matched == marker.length;
  }

  private int extended(int length, byte next) {
    int from = length;
    while (from > 0 && marker[from] != next) {
      from = shorter[from];
    }
    return marker[from] == next ? from + 1 : 0;
  }
}
