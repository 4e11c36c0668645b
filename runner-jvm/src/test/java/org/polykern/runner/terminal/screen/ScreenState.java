package org.polykern.runner.terminal.screen;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All that can be seen of a screen or that later output depends on, as lines of text. */
public final class ScreenState {
  private ScreenState() {}

  /** The state of a screen. */
  public static List<String> of(Screen screen) {
    Drawing drawing = screen.drawing;
    Modes modes = screen.modes;
    Controls controls = screen.controls;
    Parser parser = screen.parser;
    List<String> lines = new ArrayList<>();
    lines.add(drawing.rows() + "x" + drawing.columns());
    lines.add("cursor " + drawing.cursor());
    lines.add("once " + drawing.pen().singleShift());
    lines.add("titles " + controls.title() + controls.titles());
    SnapshotText text = new SnapshotText();
    modes.write(text);
    lines.add("modes " + shown(text));
    text.cut(0);
    parser.writeBegun(text);
    lines.add("begun " + shown(text));
    StringBuilder tabs = new StringBuilder("tabs");
    for (int i = 0; i < drawing.columns(); i++) {
      tabs.append(drawing.tabs().at(i) ? " " + i : "");
    }
    lines.add(tabs.toString());
    page(lines, "main", drawing.main());
    Page alternate = drawing.alternate();
    if (alternate != null) {
      page(lines, "alternate", alternate);
    }
    return lines;
  }

  /** The rows that are shown, without what is blank at their ends. */
  public static List<String> text(Screen screen) {
    Page alternate = screen.drawing.alternate();
    Page page = alternate == null ? screen.drawing.main() : alternate;
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < page.rows(); row++) {
      StringBuilder text = new StringBuilder();
      Line line = page.row(row);
      for (int i = 0; i < line.length(); i++) {
        int cell = line.cell(i);
        if (cell != Line.TAIL) {
          text.appendCodePoint(cell & Line.CODE_POINT);
          text.append(line.marks(i) == null ? "" : line.marks(i));
        }
      }
      rows.add(text.toString().stripTrailing());
    }
    return rows;
  }

  private static void page(List<String> lines, String name, Page page) {
    lines.add(name + " margins " + page.top() + " " + page.bottom() + " saved " + page.saved());
    for (int row = -page.history(); row < page.rows(); row++) {
      lines.add(name + " " + row + " " + row(page.row(row)));
    }
  }

  static String row(Line line) {
    StringBuilder text = new StringBuilder();
    int end = line.length();
    while (end > 0
        && line.cell(end - 1) == ' '
        && line.style(end - 1) == 0
        && line.marks(end - 1) == null) {
      end--;
    }
    long style = 0;
    for (int i = 0; i < end; i++) {
      if (line.style(i) != style) {
        style = line.style(i);
        text.append('{').append(Long.toHexString(style)).append('}');
      }
      int cell = line.cell(i);
      text.append(cell == Line.TAIL ? "<" : Character.toString(cell & Line.CODE_POINT));
      text.append((cell & Line.WIDE) != 0 ? ">" : "");
      text.append(line.marks(i) == null ? "" : "[" + line.marks(i) + "]");
    }
    return text.toString();
  }

  private static String shown(SnapshotText text) {
    return new String(text.toBytes(), StandardCharsets.ISO_8859_1).replace("\033", "^[");
  }
}
