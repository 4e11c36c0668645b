package org.polykern.jail.rule;

/** What happens to a call. */
public sealed interface CallAction {
  /** The actions that need no more than their name. */
  enum Plain implements CallAction {
    /** It runs. */
    ALLOW,
    /** The whole process is killed with SIGSYS. */
    KILL,
    /** It runs, and the kernel writes it to the audit log. */
    LOG,
    /** It stops, and the tracer decides: about the limits of processes and threads. */
    COUNT,
    /** It stops, and the plug-in decides. */
    ASK
  }

  /**
   * It fails.
   *
   * @param errno what the caller sees, 1 to 4095
   */
  record Refuse(int errno) implements CallAction {
    public Refuse {
      if (errno < 1 || errno > 4095) {
        throw new IllegalArgumentException(
            "Expected an errno from 1 to 4095, but it is " + errno + ".");
      }
    }
  }

  /** Refuses with {@code errno}. */
  static CallAction refuse(int errno) {
    return new Refuse(errno);
  }

  /** Whether the call does not run, whoever would be asked. */
  default boolean denies() {
    return this instanceof Refuse || this == Plain.KILL;
  }
}
