package org.polykern.runner.terminal.screen;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a terminal shows, known from the output of its programs. Not safe for concurrent use.
 *
 * <p>It is a terminal of the kind {@code xterm-256color}, as far as something can be seen of it or
 * changes what keys and mouse send.
 */
public final class Screen {
  /**
   * Output that gives a new program a terminal as it expects one: the main screen, a cursor, keys
   * and mouse that send what they usually do. What is shown stays.
   */
  public static final String MAKE_PLAIN =
      "\033[?1049l\033[!p\033[?5;9;12;1000;1002;1003;1004;1005;1006;1007;1015;1016;2004l"
          + "\033[20l\033[0 q\033[>4;0m\r\n";

  final Modes modes = new Modes();
  final Drawing drawing;
  final Controls controls;
  final Parser parser;

  /** An empty one. */
  public Screen(int rows, int columns) {
    drawing = new Drawing(modes, rows, columns);
    controls = new Controls(modes, drawing);
    parser = new Parser(controls);
  }

  /** Takes output; it may be cut anywhere. */
  public void feed(byte[] bytes, int from, int to) {
    parser.feed(bytes, from, to);
  }

  /** Another size: rows are cut, not broken anew. */
  public void resize(int rows, int columns) {
    drawing.resize(rows, columns);
  }

  /** Who gets the answers to what programs ask of a terminal; null = nobody. */
  public void answers(@Nullable Consumer<byte[]> taker) {
    controls.answers(taker);
  }

  /** Whether programs find it as they expect one. */
  public boolean isPlain() {
    Page main = drawing.main();
    return drawing.alternate() == null
        && modes.isPlain()
        && main.top() == 0
        && main.bottom() == drawing.rows() - 1
        && !drawing.cursor().origin();
  }

  /**
   * Output that makes any terminal of this size show this one and behave like it, and that leaves
   * it where the next output continues, in the middle of a sequence too. Of many rows that scrolled
   * away with many colours the oldest are left out.
   */
  public byte[] snapshot() {
    return Snapshot.of(drawing, modes, controls, parser);
  }
}
