package org.polykern.runner.input;

/** What a look at a program's threads found. */
enum Waiting {
  /** None of them waits for input. */
  NOBODY,
  /** One is blocked in reading the pipe, or in waiting for it. */
  FOR_LINE,
  /** The same, from within a function that is made for passwords. */
  FOR_PASSWORD
}
