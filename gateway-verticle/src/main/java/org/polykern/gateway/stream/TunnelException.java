package org.polykern.gateway.stream;

/** A tunnel was not opened; the message is a sentence for people. */
public final class TunnelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The token was used, has expired or was never given. */
    TOKEN,
    /** Nobody listens on the target's port (yet). */
    REFUSED,
    /** The kernel has ended. */
    GONE,
    /** The agent cannot be reached or broke off; nothing is known about the target. */
    UNREACHABLE
  }

  private final Reason reason;

  TunnelException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  TunnelException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
