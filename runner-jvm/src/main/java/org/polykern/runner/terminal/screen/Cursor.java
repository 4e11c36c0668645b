package org.polykern.runner.terminal.screen;

/**
 * What saving the cursor saves.
 *
 * @param full whether the last column was just written, so that the next character begins a row
 * @param charsets the designations of G0 to G3, a byte each
 * @param shift which of them is used
 */
record Cursor(
    int row, int column, boolean full, boolean origin, long style, int charsets, int shift) {
  static final Cursor HOME = new Cursor(0, 0, false, false, Style.PLAIN, Charsets.ASCII, 0);

  /** The same, if that is on a screen of this size. */
  Cursor within(int rows, int columns) {
    int toRow = Math.min(row, rows - 1);
    int toColumn = Math.min(column, columns - 1);
    return new Cursor(toRow, toColumn, false, origin, style, charsets, shift);
  }
}
