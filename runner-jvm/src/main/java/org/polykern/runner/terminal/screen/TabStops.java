package org.polykern.runner.terminal.screen;

/** The columns at which tabs stop. */
final class TabStops {
  private static final int USUAL = 8;

  private boolean[] stops;

  TabStops(int columns) {
    stops = usual(columns);
  }

  boolean at(int column) {
    return stops[column];
  }

  void set(int column, boolean stop) {
    stops[column] = stop;
  }

  void clear() {
    stops = new boolean[stops.length];
  }

  void reset(int columns) {
    stops = usual(columns);
  }

  /** What is new has the usual ones. */
  void resize(int columns) {
    boolean[] before = stops;
    stops = usual(columns);
    System.arraycopy(before, 0, stops, 0, Math.min(before.length, columns));
  }

  /** Where so many tabs lead to, at most the last column. */
  int after(int column, int count) {
    int last = stops.length - 1;
    int at = column;
    for (int i = 0; i < count && at < last; i++) {
      do {
        at++;
      } while (at < last && !stops[at]);
    }
    return at;
  }

  /** Where so many tabs back lead to. */
  int before(int column, int count) {
    int at = column;
    for (int i = 0; i < count && at > 0; i++) {
      do {
        at--;
      } while (at > 0 && !stops[at]);
    }
    return at;
  }

  boolean isUsual() {
    for (int i = 0; i < stops.length; i++) {
      if (stops[i] != isUsual(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUsual(int column) {
    return column > 0 && column % USUAL == 0;
  }

  private static boolean[] usual(int columns) {
    boolean[] stops = new boolean[columns];
    for (int i = USUAL; i < columns; i += USUAL) {
      stops[i] = true;
    }
    return stops;
  }
}
