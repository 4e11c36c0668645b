package org.polykern.runner.terminal.screen;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What control characters and sequences do. What is not known here does nothing. */
final class Controls {
  private static final int LONGEST_TITLE = 256;
  private static final int MOST_TITLES = 10;

  private final Modes modes;
  private final Drawing drawing;
  private final ArrayDeque<String> titles = new ArrayDeque<>();
  private String title = "";
  private @Nullable Consumer<byte[]> answers;

  Controls(Modes modes, Drawing drawing) {
    this.modes = modes;
    this.drawing = drawing;
  }

  String title() {
    return title;
  }

  /** Titles that programs have put aside, the oldest first. */
  Iterable<String> titles() {
    return titles;
  }

  void answers(@Nullable Consumer<byte[]> taker) {
    answers = taker;
  }

  /** Before output that begins with whole characters; returns where to go on. */
  int skip(byte[] bytes, int from, int to) {
    return drawing.skip(bytes, from, to);
  }

  /** Printable ASCII. */
  void text(byte[] bytes, int from, int to) {
    drawing.text(bytes, from, to);
  }

  /** A character that is printed, but for ASCII. */
  void print(int codePoint) {
    drawing.print(codePoint);
  }

  /** A control character below 0x20. */
  void control(int c) {
    switch (c) {
      case 0x08 -> drawing.backspace();
      case 0x09 -> drawing.tab(1);
      case 0x0A, 0x0B, 0x0C -> {
        drawing.index();
        if (modes.newLine) {
          drawing.carriageReturn();
        }
      }
      case 0x0D -> drawing.carriageReturn();
      case 0x0E -> drawing.pen().shift(1);
      case 0x0F -> drawing.pen().shift(0);
      default -> {
        // A bell, or nothing.
      }
    }
  }

  /** ESC, perhaps something between, and a final character. */
  void escape(int between, int last) {
    switch (between) {
      case 0 -> escape(last);
      case '(', ')', '*', '+' -> drawing.pen().designate(between - '(', last);
      case '#' -> {
        if (last == '8') {
          drawing.fillWithE();
        }
      }
      default -> {
        // As above.
      }
    }
  }

  private void escape(int last) {
    switch (last) {
      case '7' -> drawing.save();
      case '8' -> drawing.restore();
      case '=' -> modes.keypad = true;
      case '>' -> modes.keypad = false;
      case 'D' -> drawing.index();
      case 'E' -> {
        drawing.carriageReturn();
        drawing.index();
      }
      case 'H' -> drawing.tabs().set(drawing.column(), true);
      case 'M' -> drawing.reverseIndex();
      case 'N' -> drawing.pen().shiftOnce(2);
      case 'O' -> drawing.pen().shiftOnce(3);
      case 'Z' -> answer("\033[?62;22c");
      case 'c' -> reset();
      case 'n' -> drawing.pen().shift(2);
      case 'o' -> drawing.pen().shift(3);
      default -> {
        // As above.
      }
    }
  }

  private void reset() {
    modes.reset();
    drawing.reset();
    titles.clear();
    title = "";
  }

  /** CSI, perhaps one of {@code <=>?}, numbers, perhaps something between, a final character. */
  void sequence(int prefix, Params params, int between, int last) {
    if (between == 0 && prefix == 0) {
      if (!move(params, last) && !change(params, last)) {
        other(params, last);
      }
    } else if (between == 0 && prefix == '?') {
      questionMark(params, last);
    } else if (between == 0 && prefix == '>') {
      greater(params, last);
    } else if (prefix == 0 && between == ' ' && last == 'q') {
      modes.cursorShape(params.at(0, 0));
    } else if (prefix == 0 && between == '!' && last == 'p') {
      modes.softReset();
      drawing.softReset();
    }
  }

  private boolean move(Params params, int last) {
    int n = params.amount(0);
    switch (last) {
      case 'A' -> drawing.moveRows(-n);
      case 'B', 'e' -> drawing.moveRows(n);
      case 'C', 'a' -> drawing.moveToColumn(drawing.column() + n);
      case 'D' -> drawing.moveToColumn(drawing.column() - n);
      case 'E' -> {
        drawing.moveRows(n);
        drawing.carriageReturn();
      }
      case 'F' -> {
        drawing.moveRows(-n);
        drawing.carriageReturn();
      }
      case 'G', '`' -> drawing.moveToColumn(n - 1);
      case 'H', 'f' -> drawing.moveTo(n - 1, params.amount(1) - 1);
      case 'I' -> drawing.tab(n);
      case 'Z' -> drawing.backTab(n);
      case 'd' -> drawing.moveToRow(n - 1);
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean change(Params params, int last) {
    int n = params.amount(0);
    switch (last) {
      case '@' -> drawing.insertCharacters(n);
      case 'J' -> drawing.eraseInDisplay(params.at(0, 0));
      case 'K' -> drawing.eraseInLine(params.at(0, 0));
      case 'L' -> drawing.insertRows(n);
      case 'M' -> drawing.deleteRows(n);
      case 'P' -> drawing.deleteCharacters(n);
      case 'S' -> drawing.scrollUp(n);
      case 'T' -> {
        if (params.count() == 1) {
          drawing.scrollDown(n);
        }
      }
      case 'X' -> drawing.eraseCharacters(n);
      case 'b' -> drawing.repeat(n);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void other(Params params, int last) {
    switch (last) {
      case 'c' -> {
        if (params.at(0, 0) == 0) {
          answer("\033[?62;22c");
        }
      }
      case 'g' -> {
        if (params.at(0, 0) == 0) {
          drawing.tabs().set(drawing.column(), false);
        } else if (params.at(0, 0) == 3) {
          drawing.tabs().clear();
        }
      }
      case 'h', 'l' -> {
        for (int i = 0; i < params.count(); i++) {
          ansiMode(params.at(i, 0), last == 'h');
        }
      }
      case 'm' -> drawing.pen().rendition(params);
      case 'n' -> report(params.at(0, 0), "");
      case 'r' -> {
        int bottom = params.at(1, 0);
        drawing.margins(params.amount(0) - 1, bottom == 0 ? drawing.rows() - 1 : bottom - 1);
      }
      case 's' -> drawing.save();
      case 't' -> window(params);
      case 'u' -> drawing.restore();
      default -> {
        // As above.
      }
    }
  }

  private void questionMark(Params params, int last) {
    switch (last) {
      case 'h', 'l' -> {
        for (int i = 0; i < params.count(); i++) {
          privateMode(params.at(i, 0), last == 'h');
        }
      }
      // Nothing can be protected, so nothing is spared either.
      case 'J' -> drawing.eraseInDisplay(params.at(0, 0));
      case 'K' -> drawing.eraseInLine(params.at(0, 0));
      case 'n' -> report(params.at(0, 0), "?");
      default -> {
        // As above.
      }
    }
  }

  private void greater(Params params, int last) {
    if (last == 'c' && params.at(0, 0) == 0) {
      answer("\033[>41;0;0c");
    } else if (last == 'm' && params.at(0, 0) == 4) {
      modes.otherKeys(params.at(1, 0));
    } else if (last == 'n' && params.at(0, 0) == 4) {
      modes.otherKeys(0);
    }
  }

  private void ansiMode(int number, boolean on) {
    if (number == 4) {
      modes.insert = on;
    } else if (number == 20) {
      modes.newLine = on;
    }
  }

  private void privateMode(int number, boolean on) {
    switch (number) {
      case 6 -> drawing.origin(on);
      case 7 -> {
        modes.wrap = on;
        drawing.noWrap();
      }
      case 25 -> modes.cursorVisible = on;
      case 47, 1047 -> drawing.showAlternate(on);
      case 66 -> modes.keypad = on;
      case 1048 -> saveOrRestore(on);
      case 1049 -> alternateWithCursor(on);
      default -> modes.setPrivate(number, on);
    }
  }

  private void saveOrRestore(boolean save) {
    if (save) {
      drawing.save();
    } else {
      drawing.restore();
    }
  }

  private void alternateWithCursor(boolean on) {
    if (!on) {
      drawing.showAlternate(false);
      drawing.restore();
    } else if (drawing.alternate() == null) {
      drawing.save();
      drawing.showAlternate(true);
    }
  }

  private void window(Params params) {
    int which = params.at(1, 0);
    if (which != 0 && which != 2) {
      return;
    }
    if (params.at(0, 0) == 22 && titles.size() < MOST_TITLES) {
      titles.add(title);
    } else if (params.at(0, 0) == 23) {
      String before = titles.pollLast();
      title = before == null ? title : before;
    }
  }

  /** The text of a command to the system. */
  void system(String text) {
    if (text.startsWith("0;") || text.startsWith("2;")) {
      StringBuilder plain = new StringBuilder();
      text.codePoints()
          .skip(2)
          .filter(c -> c >= 0x20 && (c < 0x7F || c >= 0xA0))
          .limit(LONGEST_TITLE)
          .forEach(plain::appendCodePoint);
      title = plain.toString();
    }
  }

  private void report(int what, String prefix) {
    if (what == 5 && prefix.isEmpty()) {
      answer("\033[0n");
    } else if (what == 6) {
      answer("\033[" + prefix + (drawing.reportedRow() + 1) + ";" + (drawing.column() + 1) + "R");
    }
  }

  private void answer(String text) {
    if (answers != null) {
      answers.accept(text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
