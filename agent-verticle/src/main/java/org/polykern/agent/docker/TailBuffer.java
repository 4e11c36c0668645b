package org.polykern.agent.docker;

import java.util.ArrayDeque;

/** Keeps the last bytes that were added. Confined to the thread that fills it. */
final class TailBuffer {
  private final int limit;
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int size;

  TailBuffer(int limit) {
    this.limit = limit;
  }

  void add(byte[] piece) {
    pieces.add(piece);
    size += piece.length;
    while (size - pieces.getFirst().length >= limit && pieces.size() > 1) {
      size -= pieces.removeFirst().length;
    }
  }

  byte[] bytes() {
    var skip = Math.max(0, size - limit);
    var joined = new byte[size - skip];
    var at = -skip;
    for (var piece : pieces) {
      var from = Math.max(0, -at);
      if (from < piece.length) {
        System.arraycopy(piece, from, joined, at + from, piece.length - from);
      }
      at += piece.length;
    }
    return joined;
  }
}
