package org.polykern.agent.run;

/** UTF-8 as bytes. */
final class Utf8 {
  private Utf8() {}

  /** Code points. */
  static long points(byte[] text) {
    var points = 0L;
    for (var next : text) {
      if (!isInner(next)) {
        points++;
      }
    }
    return points;
  }

  /** The end of a part of at most so many bytes that cuts no character of a valid text. */
  static int cut(byte[] text, int from, int bytes) {
    if (text.length - from <= bytes) {
      return text.length;
    }
    var to = from + bytes;
    while (to > from + bytes - 4 && isInner(text[to])) {
      to--;
    }
    return to;
  }

  private static boolean isInner(byte next) {
    return (next & 0xC0) == 0x80;
  }
}
