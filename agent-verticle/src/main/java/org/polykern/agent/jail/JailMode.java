package org.polykern.agent.jail;

/** What happens to calls that a session's policy refuses. */
public enum JailMode {
  /** They are refused. */
  ENFORCE,
  /** They run, and are told. */
  WATCH,
  /** There is no jail. */
  OFF
}
