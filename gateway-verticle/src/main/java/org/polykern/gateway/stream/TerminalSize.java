package org.polykern.gateway.stream;

import org.polykern.gateway.http.Parameters;

/** Of a terminal, in characters. */
record TerminalSize(int rows, int columns) {
  private static final int MAX = 1000;

  static final String EXPECTED = "Expected rows and cols from 1 to " + MAX + ".";

  static TerminalSize of(Parameters parameters) {
    return new TerminalSize(
        parameters.integer(24, 1, MAX, "rows"), parameters.integer(80, 1, MAX, "cols"));
  }

  boolean isSensible() {
    return rows >= 1 && rows <= MAX && columns >= 1 && columns <= MAX;
  }
}
