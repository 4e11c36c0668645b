package org.polykern.runner.terminal.screen;

/**
 * Much plain text at once, of which only the last lines can be seen: thousands of short ones in one
 * read would otherwise hold up the keys of everybody else, since a line costs more than its bytes.
 */
final class Flood {
  /** Shorter output is not worth a look. */
  private static final int LEAST_BYTES = 8 * 1024;

  /** So much of its end tells whether there may be lines enough at all. */
  private static final int SAMPLE_BYTES = 512;

  private Flood() {}

  /**
   * Where the last lines begin, behind the end of another line.
   *
   * @param lines how many have to be left
   * @param before how many line feeds have to be skipped, for less is not worth it
   * @return {@code from} where nothing can be skipped, as with anything but ASCII and ends of lines
   */
  static int lastLines(byte[] bytes, int from, int to, int lines, int before) {
    // Before every byte is looked at: lines of usual length are too few, and come more often.
    if (to - from < LEAST_BYTES
        || (long) feeds(bytes, to - SAMPLE_BYTES, to) * (to - from)
            < (long) (lines + before) * SAMPLE_BYTES) {
      return from;
    }
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if ((b < 0x20 && b != '\n' && b != '\r') || b == 0x7F) {
        return from;
      }
    }
    int start = to;
    for (int left = lines; left >= 0; left--) {
      start = lineEnd(bytes, from, start - 1);
      if (start < 0) {
        return from;
      }
    }
    return feeds(bytes, from, start) >= before ? start : from;
  }

  private static int feeds(byte[] bytes, int from, int to) {
    int feeds = 0;
    for (int i = from; i < to; i++) {
      feeds += bytes[i] == '\n' ? 1 : 0;
    }
    return feeds;
  }

  /** Behind the last end of a line before {@code to}; negative when there is none. */
  private static int lineEnd(byte[] bytes, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }
}
