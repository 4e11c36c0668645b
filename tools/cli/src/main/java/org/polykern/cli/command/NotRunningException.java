package org.polykern.cli.command;

/** A session was created but does not run; ends with exit code 3. */
final class NotRunningException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  NotRunningException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  String hint() {
    return hint;
  }
}
