package org.polykern.cli.ssh;

/** The machine lacks a program of OpenSSH. */
public final class MissingProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingProgramException(String program, Throwable cause) {
    super("Expected the program '" + program + "', but this machine has none.", cause);
  }

  /** The remedy. */
  public String hint() {
    return "Install OpenSSH's client (Debian: apt-get install openssh-client). Without it,"
        + " 'polykern terminal' and 'polykern upload' and 'download' serve.";
  }
}
