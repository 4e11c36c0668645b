package org.polykern.runner.terminal.screen;

import org.jspecify.annotations.Nullable;

/**
 * The rows of the main or the alternate screen, its margins, its saved cursor, and the rows that
 * scrolled away. All of them are in one ring, which a scroll of the whole screen only turns.
 */
final class Page {
  /** Of 16 terminals together less than the runner may have; 1,000 rows of most. */
  private static final int MOST_HISTORY_BYTES = 1_750_000;

  private final int historyLimit;
  private @Nullable Line[] ring;
  private int first;
  private int history;
  private int historyBytes;
  private int rows;
  private int columns;
  private int top;
  private int bottom;
  private Cursor saved = Cursor.HOME;

  Page(int rows, int columns, int historyLimit) {
    this.historyLimit = historyLimit;
    this.rows = rows;
    this.columns = columns;
    this.bottom = rows - 1;
    this.ring = new Line[rows + historyLimit];
  }

  int rows() {
    return rows;
  }

  /** How many rows scrolled away and are kept. */
  int history() {
    return history;
  }

  /** The first row that scrolls. */
  int top() {
    return top;
  }

  /** The last row that scrolls. */
  int bottom() {
    return bottom;
  }

  void margins(int newTop, int newBottom) {
    top = newTop;
    bottom = newBottom;
  }

  Cursor saved() {
    return saved;
  }

  void save(Cursor cursor) {
    saved = cursor;
  }

  /** A row; those that scrolled away are -1 (the last one) to -{@link #history}. */
  Line row(int row) {
    int at = index(row);
    Line line = ring[at];
    if (line == null) {
      line = new Line();
      ring[at] = line;
    }
    return line;
  }

  void forgetHistory() {
    forgetRows(history);
  }

  /** The oldest ones go, and their memory. */
  private void forgetRows(int count) {
    for (int i = 0; i < count; i++) {
      historyBytes -= row(-history).bytes();
      ring[index(-history)] = null;
      history--;
    }
  }

  private void remember() {
    if (historyLimit == 0) {
      return;
    }
    historyBytes += row(-1).bytes();
    if (historyBytes > MOST_HISTORY_BYTES) {
      forgetRows(Math.min(history, history / 8 + 1));
    }
  }

  /** Scrolls a part by one row; what leaves it at the screen's top becomes history. */
  void scrollUp(int from, int to, long ground) {
    Line fresh;
    if (from == 0) {
      if (history == historyLimit && history > 0) {
        historyBytes -= row(-history).bytes();
        history--;
      }
      first = first + 1 == ring.length ? 0 : first + 1;
      history = Math.min(history + 1, historyLimit);
      remember();
      fresh = row(rows - 1);
      if (to < rows - 1) {
        for (int row = rows - 1; row > to; row--) {
          set(row, row(row - 1));
        }
        set(to, fresh);
      }
    } else {
      fresh = row(from);
      for (int row = from; row < to; row++) {
        set(row, row(row + 1));
      }
      set(to, fresh);
    }
    fresh.clear();
    fresh.erase(0, columns, ground);
  }

  /** Scrolls a part by one row; what leaves it at its end is lost. */
  void scrollDown(int from, int to, long ground) {
    Line fresh = row(to);
    for (int row = to; row > from; row--) {
      set(row, row(row - 1));
    }
    set(from, fresh);
    fresh.clear();
    fresh.erase(0, columns, ground);
  }

  /** Deletes a row within a part; the one difference to scrolling is that it is no history. */
  void deleteRow(int at, int to, long ground) {
    Line fresh = row(at);
    for (int row = at; row < to; row++) {
      set(row, row(row + 1));
    }
    set(to, fresh);
    fresh.clear();
    fresh.erase(0, columns, ground);
  }

  /**
   * Another size, without reflow: rows are cut at the right. Fewer rows are those below the cursor
   * first, then those at the top, which become history; more rows are history again where the
   * cursor is in the last one, else new.
   *
   * @return how many rows the cursor moves
   */
  int resize(int newRows, int newColumns, int cursorRow) {
    int shift = 0;
    int taken = 0;
    if (newRows < rows) {
      int below = Math.min(rows - newRows, rows - 1 - cursorRow);
      shift = below - (rows - newRows);
    } else if (cursorRow == rows - 1) {
      taken = Math.min(newRows - rows, history);
      shift = taken;
    }
    int kept = Math.min(history - shift, historyLimit);
    @Nullable Line[] next = new Line[newRows + historyLimit];
    // Where row r of the new screen is at index kept + r.
    for (int row = -kept; row < newRows; row++) {
      if (row - shift < rows) {
        next[kept + row] = ring[index(row - shift)];
      }
    }
    ring = next;
    first = kept;
    history = kept;
    rows = newRows;
    columns = newColumns;
    top = 0;
    bottom = rows - 1;
    for (Line line : ring) {
      if (line != null) {
        line.cut(columns);
      }
    }
    historyBytes = 0;
    for (int row = -history; row < 0; row++) {
      historyBytes += row(row).bytes();
    }
    saved = saved.within(rows, columns);
    return shift;
  }

  private void set(int row, Line line) {
    ring[index(row)] = line;
  }

  private int index(int row) {
    int at = first + row;
    int size = ring.length;
    return at < 0 ? at + size : at >= size ? at - size : at;
  }
}
