package org.polykern.runner.terminal.screen;

/** Reads the numbers of SGR, which choose how later characters look. */
final class Rendition {
  private Rendition() {}

  /** The style after all numbers. */
  static long apply(long before, Params params) {
    long style = before;
    int i = 0;
    while (i < params.count()) {
      int number = params.at(i, 0);
      int next = i + 1;
      while (params.isPart(next)) {
        next++;
      }
      switch (number) {
        case 4 -> style = underline(style, next > i + 1 ? params.at(i + 1, 0) : 1);
        case 38, 48, 58 -> {
          if (next == i + 1) {
            next = skip(params, i);
          }
          style = colour(style, number, params, i, next);
        }
        default -> style = next == i + 1 ? simple(style, number) : style;
      }
      i = next;
    }
    return style;
  }

  private static long simple(long style, int number) {
    return switch (number) {
      case 0 -> Style.PLAIN;
      case 1 -> style | Style.BOLD;
      case 2 -> style | Style.FAINT;
      case 3 -> style | Style.ITALIC;
      case 5, 6 -> style | Style.BLINK;
      case 7 -> style | Style.INVERSE;
      case 8 -> style | Style.INVISIBLE;
      case 9 -> style | Style.STRUCK;
      case 21 -> underline(style, 2);
      case 22 -> style & ~(Style.BOLD | Style.FAINT);
      case 23 -> style & ~Style.ITALIC;
      case 24 -> underline(style, 0);
      case 25 -> style & ~Style.BLINK;
      case 27 -> style & ~Style.INVERSE;
      case 28 -> style & ~Style.INVISIBLE;
      case 29 -> style & ~Style.STRUCK;
      case 39 -> style & ~Style.LETTERS;
      case 49 -> style & ~Style.GROUND;
      case 53 -> style | Style.OVERLINED;
      case 55 -> style & ~Style.OVERLINED;
      default -> palette(style, number);
    };
  }

  private static long palette(long style, int number) {
    if (number >= 30 && number <= 37) {
      return Style.indexed(style, Style.LETTERS_SHIFT, number - 30);
    } else if (number >= 40 && number <= 47) {
      return Style.indexed(style, Style.GROUND_SHIFT, number - 40);
    } else if (number >= 90 && number <= 97) {
      return Style.indexed(style, Style.LETTERS_SHIFT, number - 90 + 8);
    } else if (number >= 100 && number <= 107) {
      return Style.indexed(style, Style.GROUND_SHIFT, number - 100 + 8);
    }
    return style;
  }

  private static long underline(long style, int kind) {
    return (style & ~Style.UNDERLINE) | (kind <= 5 ? (long) kind << Style.UNDERLINE_SHIFT : 0);
  }

  /** Where the next number is that is none of a colour's, in the form with semicolons. */
  private static int skip(Params params, int at) {
    int numbers =
        switch (params.at(at + 1, 0)) {
          case 2 -> 5;
          case 5 -> 3;
          default -> 2;
        };
    return Math.min(at + numbers, params.count());
  }

  /** A colour between two places; red, green and blue are the last three of theirs. */
  private static long colour(long style, int number, Params params, int from, int to) {
    if (number == 58) {
      return style; // The colour of the underline, which xterm has not either.
    }
    int shift = number == 38 ? Style.LETTERS_SHIFT : Style.GROUND_SHIFT;
    int kind = params.at(from + 1, 0);
    if (kind == 5 && to >= from + 3) {
      return Style.indexed(style, shift, params.at(from + 2, 0));
    }
    if (kind != 2 || to < from + 5) {
      return style;
    }
    int red = to >= from + 6 ? from + 3 : from + 2; // With colons there may be a colour space.
    return Style.trueColour(
        style, shift, params.at(red, 0), params.at(red + 1, 0), params.at(red + 2, 0));
  }
}
