package org.polykern.cli.jail;

/** Why a command ends without having done its work. */
final class CommandProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** Ends the command with {@code exitCode} after {@code sentence} was written. */
  CommandProblem(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  static CommandProblem usage(String sentence) {
    return new CommandProblem(ExitCodes.USAGE, sentence);
  }

  int exitCode() {
    return exitCode;
  }
}
