package org.polykern.runner.terminal.screen;

/** The switches of a terminal that programs turn, but for those of the cursor. */
final class Modes {
  /** Private modes that only have to be remembered, a bit each. */
  private static final int[] REMEMBERED = {1, 5, 12, 1004, 1007, 2004};

  private static final int[] MOUSE = {9, 1000, 1002, 1003};
  private static final int[] MOUSE_CODING = {1005, 1006, 1015, 1016};

  boolean insert;
  boolean newLine;
  boolean wrap = true;
  boolean cursorVisible = true;
  boolean keypad;
  private int remembered;
  private int mouse;
  private int mouseCoding;
  private int cursorShape;
  private int otherKeys;

  /** Turns what has no effect here; false for an unknown mode. */
  boolean setPrivate(int number, boolean on) {
    for (int i = 0; i < REMEMBERED.length; i++) {
      if (REMEMBERED[i] == number) {
        remembered = on ? remembered | (1 << i) : remembered & ~(1 << i);
        return true;
      }
    }
    if (isOneOf(MOUSE, number)) {
      mouse = on ? number : 0;
      return true;
    }
    if (isOneOf(MOUSE_CODING, number)) {
      mouseCoding = on ? number : 0;
      return true;
    }
    return false;
  }

  void cursorShape(int shape) {
    cursorShape = shape <= 6 ? shape : 0;
  }

  /** How keys with modifiers are told, 0 to 2. */
  void otherKeys(int level) {
    otherKeys = level <= 2 ? level : 0;
  }

  /** What a soft reset does. */
  void softReset() {
    insert = false;
    wrap = true;
    cursorVisible = true;
    keypad = false;
    setPrivate(1, false);
  }

  /** Those of a new terminal. */
  void reset() {
    softReset();
    newLine = false;
    remembered = 0;
    mouse = 0;
    mouseCoding = 0;
    cursorShape = 0;
    otherKeys = 0;
  }

  /** Whether they are those of a new terminal. */
  boolean isPlain() {
    return !insert
        && !newLine
        && wrap
        && cursorVisible
        && !keypad
        && remembered == 0
        && mouse == 0
        && mouseCoding == 0
        && cursorShape == 0
        && otherKeys == 0;
  }

  /** Writes what makes these modes of those of a new terminal. */
  void write(SnapshotText out) {
    for (int i = 0; i < REMEMBERED.length; i++) {
      if ((remembered & (1 << i)) != 0) {
        on(out, REMEMBERED[i]);
      }
    }
    if (mouse != 0) {
      on(out, mouse);
    }
    if (mouseCoding != 0) {
      on(out, mouseCoding);
    }
    out.ascii(insert ? "\033[4h" : "").ascii(newLine ? "\033[20h" : "");
    out.ascii(keypad ? "\033=" : "").ascii(wrap ? "" : "\033[?7l");
    if (cursorShape != 0) {
      out.ascii("\033[").number(cursorShape).ascii(" q");
    }
    if (otherKeys != 0) {
      out.ascii("\033[>4;").number(otherKeys).ascii("m");
    }
    out.ascii(cursorVisible ? "" : "\033[?25l");
  }

  private static void on(SnapshotText out, int mode) {
    out.ascii("\033[?").number(mode).ascii("h");
  }

  private static boolean isOneOf(int[] numbers, int number) {
    for (int one : numbers) {
      if (one == number) {
        return true;
      }
    }
    return false;
  }
}
