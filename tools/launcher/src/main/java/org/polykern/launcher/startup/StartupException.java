package org.polykern.launcher.startup;

/** A step failed. The message names the step and the reason in one line for the terminal. */
public final class StartupException extends RuntimeException {
  StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
