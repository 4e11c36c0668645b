package org.polykern.runner.terminal.screen;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of cells. What is behind its length is blank and without style, and arrays are as long as
 * something was ever written, so that a row of plain text costs four bytes a cell. Rows are used
 * again: a flood of text allocates nothing.
 */
final class Line {
  /** Flag of the left cell of a character that is two cells wide. */
  static final int WIDE = 1 << 21;

  /** The right cell of such a character. */
  static final int TAIL = 1 << 22;

  static final int CODE_POINT = WIDE - 1;
  private static final int BLANK = ' ';
  private static final int SHORTEST = 16;
  private static final int BESIDES = 100;

  private int[] cells = new int[SHORTEST];
  private long[] styles = {};
  private @Nullable String[] marks = {};
  private int length;
  private boolean styled;
  private boolean marked;
  private boolean wide;

  /** The first column behind which nothing is. */
  int length() {
    return length;
  }

  /** What it takes of memory, about. */
  int bytes() {
    return BESIDES + 4 * cells.length + 8 * styles.length + 4 * marks.length;
  }

  /** Code point and flags. */
  int cell(int column) {
    return column < length ? cells[column] : BLANK;
  }

  long style(int column) {
    return styled && column < length ? styles[column] : Style.PLAIN;
  }

  /** The combining characters of a cell, or null. */
  @Nullable String marks(int column) {
    return marked && column < length ? marks[column] : null;
  }

  void clear() {
    length = 0;
    styled = false;
    marked = false;
    wide = false;
  }

  /** Writes printable ASCII. */
  void ascii(int column, byte[] text, int from, int count, long style) {
    replace(column, column + count, style);
    int[] to = cells;
    for (int i = 0; i < count; i++) {
      to[column + i] = text[from + i];
    }
  }

  /** Writes one character, for which there is room. */
  void put(int column, int codePoint, int width, long style) {
    replace(column, column + width, style);
    if (width == 2) {
      wide = true;
      cells[column] = codePoint | WIDE;
      cells[column + 1] = TAIL;
    } else {
      cells[column] = codePoint;
    }
  }

  /** Adds a combining character to a cell. */
  void mark(int column, int codePoint, Marks known) {
    extend(column + 1);
    int at = cells[column] == TAIL ? column - 1 : column;
    if (!marked) {
      marked = true;
      Arrays.fill(marks, null);
    }
    if (marks.length < cells.length) {
      marks = Arrays.copyOf(marks, cells.length);
    }
    marks[at] = known.add(marks[at], codePoint);
  }

  /** Makes cells blank; {@code to} may be behind the end. */
  void erase(int from, int to, long style) {
    if (style == Style.PLAIN && to >= length) {
      if (from < length) {
        split(from);
        length = from;
      }
    } else if (from < to) {
      replace(from, to, style);
      Arrays.fill(cells, from, to, BLANK);
    }
  }

  /** Moves what is at {@code column} and behind to the right; what leaves the row is lost. */
  void insert(int column, int count, int columns, long style) {
    split(column);
    if (column < length) {
      int moved = Math.min(length, columns - count) - column;
      int end = Math.min(length + count, columns);
      extend(end);
      if (moved > 0) {
        move(column, column + count, moved);
      }
      length = end;
      if (wide && (cells[end - 1] & WIDE) != 0) {
        cells[end - 1] = BLANK;
        unmark(end - 1, end);
      }
    }
    // Not by erase: what is left of the gap was moved away already, and is no character.
    int end = Math.min(column + count, columns);
    if (style != Style.PLAIN || column < length) {
      blank(column, end, style);
    }
  }

  /** Moves what is behind {@code count} cells to the left, and fills up from the right. */
  void delete(int column, int count, int columns, long style) {
    split(column);
    split(column + count);
    if (column < length) {
      int moved = length - column - count;
      if (moved > 0) {
        move(column + count, column, moved);
      }
      length = column + Math.max(moved, 0);
    }
    if (style != Style.PLAIN) {
      blank(columns - count, columns, style);
    }
  }

  /** Cuts what is behind the last column. */
  void cut(int columns) {
    if (length > columns) {
      split(columns);
      length = columns;
    }
  }

  /** Makes room for new characters, and leaves no half of an old one beside them. */
  private void replace(int from, int to, long style) {
    extend(to);
    split(from);
    split(to);
    unmark(from, to);
    styleCells(from, to, style);
  }

  private void blank(int from, int to, long style) {
    extend(to);
    unmark(from, to);
    styleCells(from, to, style);
    Arrays.fill(cells, from, to, BLANK);
  }

  private void styleCells(int from, int to, long style) {
    if (styled) {
      Arrays.fill(styles, from, to, style);
    } else if (style != Style.PLAIN) {
      styled = true;
      if (styles.length < cells.length) {
        styles = new long[cells.length];
      }
      Arrays.fill(styles, 0, length, Style.PLAIN);
      Arrays.fill(styles, from, to, style);
    }
  }

  /** Makes the row at least so long. */
  private void extend(int to) {
    if (to <= length) {
      return;
    }
    if (to > cells.length) {
      int capacity = Math.max(to, 2 * cells.length);
      cells = Arrays.copyOf(cells, capacity);
    }
    if (styled && styles.length < cells.length) {
      styles = Arrays.copyOf(styles, cells.length);
    }
    if (marked && marks.length < cells.length) {
      marks = Arrays.copyOf(marks, cells.length);
    }
    Arrays.fill(cells, length, to, BLANK);
    if (styled) {
      Arrays.fill(styles, length, to, Style.PLAIN);
    }
    if (marked) {
      Arrays.fill(marks, length, to, null);
    }
    length = to;
  }

  /** Where a character lies on both sides of a column's left edge, both halves become blank. */
  private void split(int column) {
    if (wide && column > 0 && column < length && cells[column] == TAIL) {
      cells[column] = BLANK;
      cells[column - 1] = BLANK;
      unmark(column - 1, column);
    }
  }

  private void unmark(int from, int to) {
    if (marked) {
      Arrays.fill(marks, from, to, null);
    }
  }

  private void move(int from, int to, int count) {
    System.arraycopy(cells, from, cells, to, count);
    if (styled) {
      System.arraycopy(styles, from, styles, to, count);
    }
    if (marked) {
      System.arraycopy(marks, from, marks, to, count);
    }
  }
}
