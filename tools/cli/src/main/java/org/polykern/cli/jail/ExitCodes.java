package org.polykern.cli.jail;

/** Exit codes of the commands themselves; a program that ran gives its own. */
final class ExitCodes {
  /** A policy that was looked at has errors. */
  static final int BAD_POLICY = 1;

  /** Wrong usage. */
  static final int USAGE = 2;

  /** The program was not started, because its jail could not be made. */
  static final int NO_JAIL = 125;

  private ExitCodes() {}
}
