package org.polykern.runner.terminal.screen;

/** Writes what draws a screen anew. */
final class Snapshot {
  /** Of which the rows that scrolled away get what the screens leave. */
  private static final int MOST_BYTES = 256 * 1024;

  private final SnapshotText out = new SnapshotText();
  private final Drawing drawing;
  private boolean withStyles = true;

  private Snapshot(Drawing drawing) {
    this.drawing = drawing;
  }

  static byte[] of(Drawing drawing, Modes modes, Controls controls, Parser parser) {
    Snapshot snapshot = new Snapshot(drawing);
    SnapshotText out = snapshot.out;
    out.ascii("\033c");
    for (String title : controls.titles()) {
      snapshot.title(title).ascii("\033[22;2t");
    }
    if (!controls.title().isEmpty()) {
      snapshot.title(controls.title());
    }
    snapshot.tabs();
    snapshot.pages();
    snapshot.cursor();
    modes.write(out);
    out.ascii(
        switch (drawing.pen().singleShift()) {
          case 2 -> "\033N";
          case 3 -> "\033O";
          default -> "";
        });
    parser.writeBegun(out);
    return out.toBytes();
  }

  private SnapshotText title(String title) {
    return out.ascii("\033]2;").text(title).ascii("\033\\");
  }

  private void tabs() {
    TabStops tabs = drawing.tabs();
    if (tabs.isUsual()) {
      return;
    }
    out.ascii("\033[3g");
    for (int i = 0; i < drawing.columns(); i++) {
      if (tabs.at(i)) {
        out.ascii("\033[").number(i + 1).ascii("G\033H");
      }
    }
    out.ascii("\r");
  }

  private void pages() {
    Page main = drawing.main();
    Page alternate = drawing.alternate();
    int size = size(main, 0) + (alternate == null ? 0 : size(alternate, 0));
    if (size > MOST_BYTES) {
      withStyles = false; // The text of a screen is worth more than its colours.
      size = MOST_BYTES;
    }
    int history = 0;
    while (history < main.history()) {
      size += size(main.row(-history - 1));
      if (size > MOST_BYTES) {
        break;
      }
      history++;
    }
    page(main, history);
    if (alternate != null) {
      margins(main);
      out.ascii("\033[?47h\033[H");
      page(alternate, 0);
    }
  }

  /** Rows from top to bottom, the older ones scroll away; then the saved cursor. */
  private void page(Page page, int history) {
    for (int row = -history; row < page.rows(); row++) {
      if (row > -history) {
        out.ascii("\r\n");
      }
      row(page.row(row));
    }
    Cursor saved = page.saved();
    if (!saved.equals(Cursor.HOME)) {
      // Everything scrolls here yet, so that the origin is the same place with and without.
      out.ascii(saved.origin() ? "\033[?6h" : "");
      place(page, saved, 0);
      style(saved.style());
      charsets(saved.charsets(), saved.shift());
      out.ascii("\0337\033[m\033[?6l");
      charsets(Charsets.ASCII, 0);
    }
  }

  /** To be written behind the rows of the page, which would not all scroll away else. */
  private void margins(Page page) {
    if (page.top() == 0 && page.bottom() == page.rows() - 1) {
      return;
    }
    out.ascii("\033[").number(page.top() + 1).ascii(";").number(page.bottom() + 1).ascii("r");
  }

  private void cursor() {
    Page alternate = drawing.alternate();
    Page shown = alternate == null ? drawing.main() : alternate;
    margins(shown);
    Cursor cursor = drawing.cursor();
    if (cursor.origin()) {
      out.ascii("\033[?6h");
    }
    place(shown, cursor, cursor.origin() ? shown.top() : 0);
    style(cursor.style());
    charsets(cursor.charsets(), cursor.shift());
  }

  /** Goes to a place, and writes its character again where the next one begins a row. */
  private void place(Page page, Cursor cursor, int origin) {
    Line line = page.row(cursor.row());
    int column = cursor.column();
    if (cursor.full() && line.cell(column) == Line.TAIL) {
      column--;
    }
    out.ascii("\033[").number(cursor.row() - origin + 1);
    out.ascii(";").number(column + 1).ascii("H");
    if (cursor.full()) {
      style(line.style(column));
      cell(line, column);
    }
  }

  private void style(long style) {
    Style.write(out, style);
  }

  private void charsets(int charsets, int shift) {
    for (int i = 0; i < 4; i++) {
      out.ascii("\033").codePoint('(' + i).codePoint(Charsets.letter(charsets, i));
    }
    out.ascii(
        switch (shift) {
          case 1 -> "\016";
          case 2 -> "\033n";
          case 3 -> "\033o";
          default -> "\017";
        });
  }

  private void row(Line line) {
    int end = line.length();
    while (end > 0
        && line.cell(end - 1) == ' '
        && line.style(end - 1) == Style.PLAIN
        && line.marks(end - 1) == null) {
      end--;
    }
    long style = Style.PLAIN;
    for (int column = 0; column < end; column++) {
      if (withStyles && line.style(column) != style) {
        style = line.style(column);
        style(style);
      }
      cell(line, column);
    }
    if (style != Style.PLAIN) {
      style(Style.PLAIN);
    }
  }

  private void cell(Line line, int column) {
    int cell = line.cell(column);
    if (cell != Line.TAIL) {
      out.codePoint(cell & Line.CODE_POINT);
      String marks = line.marks(column);
      if (marks != null) {
        out.text(marks);
      }
    }
  }

  private int size(Page page, int from) {
    int size = 0;
    for (int row = from; row < page.rows(); row++) {
      size += size(page.row(row));
    }
    return size;
  }

  /** What a row takes with its end. */
  private int size(Line line) {
    int before = out.length();
    row(line);
    int size = out.length() - before + 2;
    out.cut(before);
    return size;
  }
}
