package org.polykern.runner.terminal.screen;

/** What G0 to G3 stand for: a byte each in one number. */
final class Charsets {
  /** All of them ASCII. */
  static final int ASCII = 0;

  private static final int PLAIN = 0;
  private static final int DRAWING = 1;
  private static final int BRITISH = 2;

  /** For the codes 0x5F to 0x7E. */
  private static final String DRAWN =
      "\u00A0\u25C6\u2592\u2409\u240C\u240D\u240A\u00B0\u00B1\u2424\u240B\u2518\u2510\u250C\u2514"
          + "\u253C\u23BA\u23BB\u2500\u23BC\u23BD\u251C\u2524\u2534\u252C\u2502\u2264\u2265\u03C0"
          + "\u2260\u00A3\u00B7";

  private Charsets() {}

  /** Designates one by the letter that ends the sequence; an unknown letter is ASCII. */
  static int designate(int charsets, int which, int letter) {
    int value =
        switch (letter) {
          case '0' -> DRAWING;
          case 'A' -> BRITISH;
          default -> PLAIN;
        };
    return (charsets & ~(0xFF << (8 * which))) | (value << (8 * which));
  }

  /** The letter that designates what {@code which} stands for. */
  static int letter(int charsets, int which) {
    return switch ((charsets >> (8 * which)) & 0xFF) {
      case DRAWING -> '0';
      case BRITISH -> 'A';
      default -> 'B';
    };
  }

  static boolean isPlain(int charsets, int which) {
    return ((charsets >> (8 * which)) & 0xFF) == PLAIN;
  }

  /** What a printable ASCII character stands for. */
  static int translate(int charsets, int which, int c) {
    return switch ((charsets >> (8 * which)) & 0xFF) {
      case DRAWING -> c >= 0x5F ? DRAWN.charAt(c - 0x5F) : c;
      case BRITISH -> c == '#' ? '\u00A3' : c;
      default -> c;
    };
  }
}
