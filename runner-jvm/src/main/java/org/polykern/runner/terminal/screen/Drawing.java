package org.polykern.runner.terminal.screen;

import org.jspecify.annotations.Nullable;

/** Both screens and the cursor: everything that writes, moves, erases and scrolls. */
final class Drawing {
  static final int HISTORY = 1000;

  private final Modes modes;
  private Page main;
  private Page page;
  private final TabStops tabs;
  private final Pen pen = new Pen();
  private final Marks marks = new Marks();
  private int rows;
  private int columns;
  private int row;
  private int column;

  /** The last column was just written: the next character begins a row. */
  private boolean full;

  private boolean origin;
  private int last;

  Drawing(Modes modes, int rows, int columns) {
    this.modes = modes;
    this.rows = rows;
    this.columns = columns;
    this.main = new Page(rows, columns, HISTORY);
    this.page = main;
    this.tabs = new TabStops(columns);
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  int row() {
    return row;
  }

  int column() {
    return column;
  }

  Page main() {
    return main;
  }

  /** The alternate screen while it is shown, else null: nothing of it is kept. */
  @Nullable Page alternate() {
    return page == main ? null : page;
  }

  TabStops tabs() {
    return tabs;
  }

  Pen pen() {
    return pen;
  }

  Cursor cursor() {
    return new Cursor(row, column, full, origin, pen.style(), pen.charsets(), pen.shift());
  }

  void reset() {
    main = new Page(rows, columns, HISTORY);
    page = main;
    tabs.reset(columns);
    restore(Cursor.HOME);
    last = 0;
  }

  void softReset() {
    page.margins(0, rows - 1);
    page.save(Cursor.HOME);
    origin = false;
    pen.reset();
  }

  void resize(int newRows, int newColumns) {
    int moved = page.resize(newRows, newColumns, row);
    if (page != main) {
      main.resize(newRows, newColumns, main.saved().row());
    }
    tabs.resize(newColumns);
    rows = newRows;
    columns = newColumns;
    row = Math.clamp(row + moved, 0, rows - 1);
    column = Math.min(column, columns - 1);
    full = false;
  }

  /**
   * Passes over what would scroll away unseen of plain output.
   *
   * @return where to go on
   */
  int skip(byte[] bytes, int from, int to) {
    if (page.top() != 0 || page.bottom() != rows - 1) {
      return from;
    }
    int kept = rows + (page == main ? HISTORY : 0);
    int start = Flood.lastLines(bytes, from, to, kept, rows);
    if (start > from) {
      carriageReturn();
      row = rows - 1;
    }
    return start;
  }

  void text(byte[] bytes, int from, int to) {
    if (modes.insert || !pen.isPlain()) {
      for (int i = from; i < to; i++) {
        print(bytes[i]);
      }
      return;
    }
    last = bytes[to - 1];
    int i = from;
    while (i < to) {
      if (full) {
        wrap();
      }
      int n = Math.min(columns - column, to - i);
      page.row(row).ascii(column, bytes, i, n, pen.style());
      i += n;
      column += n;
      if (column == columns) {
        column--;
        full = modes.wrap;
        if (!full && i < to) {
          i = to - 1;
        }
      }
    }
  }

  void print(int codePoint) {
    int c = codePoint;
    if (c < 0x80) {
      c = pen.translate(c);
    }
    int width = CharWidth.of(c);
    if (width == 0) {
      mark(c);
      return;
    }
    last = c;
    if (full) {
      wrap();
    }
    if (column + width > columns) {
      if (!modes.wrap || columns < width) {
        return;
      }
      wrap();
    }
    Line line = page.row(row);
    if (modes.insert) {
      line.insert(column, width, columns, Style.PLAIN);
    }
    line.put(column, c, width, pen.style());
    column += width;
    if (column == columns) {
      column--;
      full = modes.wrap;
    }
  }

  /** Prints the last character again. */
  void repeat(int count) {
    for (int i = Math.min(count, rows * columns); i > 0 && last != 0; i--) {
      print(last);
    }
  }

  private void mark(int codePoint) {
    int at = full ? column : column - 1;
    if (at >= 0) {
      page.row(row).mark(at, codePoint, marks);
    }
  }

  private void wrap() {
    column = 0;
    full = false;
    index();
  }

  void carriageReturn() {
    column = 0;
    full = false;
  }

  void backspace() {
    column = Math.max(column - 1, 0);
    full = false;
  }

  /** One row down, where the last one that scrolls does. */
  void index() {
    full = false;
    if (row == page.bottom()) {
      page.scrollUp(page.top(), page.bottom(), pen.ground());
    } else if (row < rows - 1) {
      row++;
    }
  }

  /** One row up, where the first one that scrolls does. */
  void reverseIndex() {
    full = false;
    if (row == page.top()) {
      page.scrollDown(page.top(), page.bottom(), pen.ground());
    } else if (row > 0) {
      row--;
    }
  }

  /** To a place of the screen, or of what scrolls where that is the origin. */
  void moveTo(int toRow, int toColumn) {
    full = false;
    int least = origin ? page.top() : 0;
    row = Math.clamp((long) least + toRow, least, origin ? page.bottom() : rows - 1);
    column = Math.clamp(toColumn, 0, columns - 1);
  }

  void moveToRow(int toRow) {
    moveTo(toRow, column);
  }

  void moveToColumn(int toColumn) {
    full = false;
    column = Math.clamp(toColumn, 0, columns - 1);
  }

  /** Down, or up; not across the edge of what scrolls. */
  void moveRows(int by) {
    full = false;
    int least = row >= page.top() ? page.top() : 0;
    int most = row <= page.bottom() ? page.bottom() : rows - 1;
    row = Math.clamp((long) row + by, least, most);
  }

  void tab(int count) {
    full = false;
    column = tabs.after(column, count);
  }

  void backTab(int count) {
    full = false;
    column = tabs.before(column, count);
  }

  /** Where the cursor is told to be: from the origin. */
  int reportedRow() {
    return origin ? row - page.top() : row;
  }

  void origin(boolean on) {
    origin = on;
    moveTo(0, 0);
  }

  void margins(int from, int to) {
    int bottom = Math.min(to, rows - 1);
    if (from < bottom) {
      page.margins(from, bottom);
      moveTo(0, 0);
    }
  }

  void save() {
    page.save(cursor());
  }

  void restore() {
    restore(page.saved());
  }

  private void restore(Cursor cursor) {
    origin = cursor.origin();
    int least = origin ? page.top() : 0;
    row = Math.clamp(cursor.row(), least, origin ? page.bottom() : rows - 1);
    column = cursor.column();
    full = cursor.full() && modes.wrap;
    pen.restore(cursor);
  }

  /** The terminal no longer wraps, so no character waits for that. */
  void noWrap() {
    full = false;
  }

  void eraseInDisplay(int what) {
    switch (what) {
      case 0 -> {
        eraseInLine(0);
        eraseRows(row + 1, rows);
      }
      case 1 -> {
        eraseRows(0, row);
        eraseInLine(1);
      }
      case 2 -> eraseRows(0, rows);
      case 3 -> main.forgetHistory();
      default -> {
        // Others are no standard, and do nothing.
      }
    }
  }

  void eraseInLine(int what) {
    Line line = page.row(row);
    switch (what) {
      case 0 -> line.erase(column, columns, pen.ground());
      case 1 -> line.erase(0, column + 1, pen.ground());
      case 2 -> line.erase(0, columns, pen.ground());
      default -> {
        // As above.
      }
    }
    full = false;
  }

  void eraseCharacters(int count) {
    int end = Math.min(column + count, columns);
    page.row(row).erase(column, end, pen.ground());
    full = false;
  }

  void insertCharacters(int count) {
    int n = Math.min(count, columns - column);
    page.row(row).insert(column, n, columns, pen.ground());
    full = false;
  }

  void deleteCharacters(int count) {
    int n = Math.min(count, columns - column);
    page.row(row).delete(column, n, columns, pen.ground());
    full = false;
  }

  void insertRows(int count) {
    if (row >= page.top() && row <= page.bottom()) {
      for (int i = Math.min(count, page.bottom() - row + 1); i > 0; i--) {
        page.scrollDown(row, page.bottom(), pen.ground());
      }
      carriageReturn();
    }
  }

  void deleteRows(int count) {
    if (row >= page.top() && row <= page.bottom()) {
      for (int i = Math.min(count, page.bottom() - row + 1); i > 0; i--) {
        page.deleteRow(row, page.bottom(), pen.ground());
      }
      carriageReturn();
    }
  }

  void scrollUp(int count) {
    full = false;
    for (int i = Math.min(count, page.bottom() - page.top() + 1); i > 0; i--) {
      page.scrollUp(page.top(), page.bottom(), pen.ground());
    }
  }

  void scrollDown(int count) {
    full = false;
    for (int i = Math.min(count, page.bottom() - page.top() + 1); i > 0; i--) {
      page.scrollDown(page.top(), page.bottom(), pen.ground());
    }
  }

  /** The test picture, which some programs use to look at their output. */
  void fillWithE() {
    page.margins(0, rows - 1);
    origin = false;
    moveTo(0, 0);
    for (int r = 0; r < rows; r++) {
      Line line = page.row(r);
      line.clear();
      for (int c = 0; c < columns; c++) {
        line.put(c, 'E', 1, Style.PLAIN);
      }
    }
  }

  /** Shows the alternate screen, a new one unless it is shown already, or the main one. */
  void showAlternate(boolean on) {
    full = false;
    if (!on) {
      page = main;
    } else if (page == main) {
      page = new Page(rows, columns, 0);
    }
    if (origin) {
      moveTo(row - page.top(), column);
    }
  }

  private void eraseRows(int from, int to) {
    for (int r = from; r < to; r++) {
      Line line = page.row(r);
      line.clear();
      line.erase(0, columns, pen.ground());
    }
  }
}
