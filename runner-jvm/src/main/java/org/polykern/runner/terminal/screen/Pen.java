package org.polykern.runner.terminal.screen;

/** How characters look that are printed next, and which ones they are. */
final class Pen {
  private long style;
  private int charsets;
  private int shift;
  private int singleShift;

  void reset() {
    restore(Cursor.HOME);
  }

  /** As it was when the cursor was saved. */
  void restore(Cursor cursor) {
    style = cursor.style();
    charsets = cursor.charsets();
    shift = cursor.shift();
    singleShift = 0;
  }

  long style() {
    return style;
  }

  /** The style of what is erased. */
  long ground() {
    return Style.ground(style);
  }

  int charsets() {
    return charsets;
  }

  /** Which set is used. */
  int shift() {
    return shift;
  }

  /** The set of the next character alone; 0 = none. */
  int singleShift() {
    return singleShift;
  }

  void rendition(Params params) {
    style = Rendition.apply(style, params);
  }

  void designate(int which, int letter) {
    charsets = Charsets.designate(charsets, which, letter);
  }

  void shift(int which) {
    shift = which;
  }

  void shiftOnce(int which) {
    singleShift = which;
  }

  /** Whether ASCII is ASCII now. */
  boolean isPlain() {
    return singleShift == 0 && Charsets.isPlain(charsets, shift);
  }

  /** What a printable ASCII character stands for, at its printing. */
  int translate(int c) {
    int which = singleShift == 0 ? shift : singleShift;
    singleShift = 0;
    return Charsets.translate(charsets, which, c);
  }
}
