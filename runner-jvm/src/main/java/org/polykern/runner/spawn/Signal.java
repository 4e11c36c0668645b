package org.polykern.runner.spawn;

/** The signals that the runner sends, with their Linux numbers. */
public enum Signal {
  INTERRUPT(2),
  KILL(9),
  TERMINATE(15),
  CONTINUE(18),
  STOP(19);

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
