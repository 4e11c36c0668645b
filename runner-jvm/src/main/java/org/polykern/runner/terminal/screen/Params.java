package org.polykern.runner.terminal.screen;

/** The numbers of a control sequence. */
final class Params {
  private static final int MOST = 32;
  private static final int LARGEST = 65_535;
  private static final int ABSENT = -1;

  private final int[] values = new int[MOST];

  /** Bit n: number n follows a colon, hence belongs to the one before it. */
  private int parts;

  private int count;

  void clear() {
    count = 1;
    parts = 0;
    values[0] = ABSENT;
  }

  void digit(int digit) {
    int before = Math.max(values[count - 1], 0);
    values[count - 1] = Math.min(before * 10 + digit, LARGEST);
  }

  /** Begins the next number; false when there are too many. */
  boolean next(boolean part) {
    if (count == MOST) {
      return false;
    }
    parts |= part ? 1 << count : 0;
    values[count++] = ABSENT;
    return true;
  }

  int count() {
    return count;
  }

  /** A number, or {@code usual} where it is absent. */
  int at(int index, int usual) {
    return index < count && values[index] != ABSENT ? values[index] : usual;
  }

  /** A number that counts something: at least 1. */
  int amount(int index) {
    return Math.max(at(index, 1), 1);
  }

  /** Whether a number belongs to the one before it. */
  boolean isPart(int index) {
    return index < count && (parts & (1 << index)) != 0;
  }
}
