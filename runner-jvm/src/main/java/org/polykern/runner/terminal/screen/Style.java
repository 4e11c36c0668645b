package org.polykern.runner.terminal.screen;

/**
 * How a cell looks, in 64 bits: flags, then the colours of letters and ground with 26 bits each,
 * two of which say whether it is the usual one (0), one of 256, or red, green and blue.
 */
final class Style {
  static final long PLAIN = 0;
  static final long BOLD = 1;
  static final long FAINT = 1 << 1;
  static final long ITALIC = 1 << 2;
  static final long BLINK = 1 << 3;
  static final long INVERSE = 1 << 4;
  static final long INVISIBLE = 1 << 5;
  static final long STRUCK = 1 << 6;
  static final long OVERLINED = 1 << 7;

  /** Three bits: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
  static final int UNDERLINE_SHIFT = 8;

  static final long UNDERLINE = 7L << UNDERLINE_SHIFT;
  static final int LETTERS_SHIFT = 12;
  static final int GROUND_SHIFT = 38;
  static final long COLOUR = (1L << 26) - 1;
  static final long LETTERS = COLOUR << LETTERS_SHIFT;
  static final long GROUND = COLOUR << GROUND_SHIFT;
  private static final int INDEXED = 1 << 24;
  private static final int TRUE = 2 << 24;
  private static final long[] FLAGS = {
    BOLD, FAINT, ITALIC, 0, BLINK, 0, INVERSE, INVISIBLE, STRUCK, OVERLINED
  };
  private static final int[] NUMBERS = {1, 2, 3, 0, 5, 0, 7, 8, 9, 53};

  private Style() {}

  /** What erased cells have of a style. */
  static long ground(long style) {
    return style & GROUND;
  }

  static long indexed(long style, int shift, int index) {
    return (style & ~(COLOUR << shift)) | ((long) (INDEXED | (index & 0xFF)) << shift);
  }

  static long trueColour(long style, int shift, int red, int green, int blue) {
    int colour = TRUE | ((red & 0xFF) << 16) | ((green & 0xFF) << 8) | (blue & 0xFF);
    return (style & ~(COLOUR << shift)) | ((long) colour << shift);
  }

  /** Writes the sequence that makes this the style, whatever it was before. */
  static void write(SnapshotText out, long style) {
    out.ascii("\033[");
    if (style != PLAIN) {
      out.ascii("0");
      for (int i = 0; i < FLAGS.length; i++) {
        if ((style & FLAGS[i]) != 0) {
          out.ascii(";").number(NUMBERS[i]);
        }
      }
      long underline = (style & UNDERLINE) >> UNDERLINE_SHIFT;
      if (underline == 1) {
        out.ascii(";4");
      } else if (underline == 2) {
        out.ascii(";21");
      } else if (underline > 0) {
        out.ascii(";4:").number((int) underline);
      }
      colour(out, (int) ((style >> LETTERS_SHIFT) & COLOUR), 30);
      colour(out, (int) ((style >> GROUND_SHIFT) & COLOUR), 40);
    }
    out.ascii("m");
  }

  private static void colour(SnapshotText out, int colour, int base) {
    int value = colour & 0xFF_FFFF;
    if ((colour & TRUE) != 0) {
      out.ascii(";").number(base + 8).ascii(";2;").number(value >> 16);
      out.ascii(";").number((value >> 8) & 0xFF).ascii(";").number(value & 0xFF);
    } else if ((colour & INDEXED) != 0 && value < 8) {
      out.ascii(";").number(base + value);
    } else if ((colour & INDEXED) != 0 && value < 16) {
      out.ascii(";").number(base + 60 + value - 8);
    } else if ((colour & INDEXED) != 0) {
      out.ascii(";").number(base + 8).ascii(";5;").number(value);
    }
  }
}
