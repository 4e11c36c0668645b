package org.polykern.cli.command;

/** Exit codes of the command line itself; a program that ran gives its own. */
final class ExitCodes {
  static final int INTERNAL = 1;
  static final int USAGE = 2;
  static final int REFUSED = 3;
  static final int UNREACHABLE = 4;
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
