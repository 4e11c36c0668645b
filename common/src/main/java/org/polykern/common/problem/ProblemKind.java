package org.polykern.common.problem;

/** Whose fault it is and what may be done: decides retry, and whom an alert concerns. */
public enum ProblemKind {
  /** The request is wrong; repeating it cannot help. */
  CALLER,
  /** The request is fine, but the thing is in a state that forbids it. */
  CONFLICT,
  /** Not enough of something: quota, slots, disk. */
  CAPACITY,
  /** A part that should answer does not; nothing was done; a repetition may work. */
  UNAVAILABLE,
  /** No answer came in time: it may or may not have been done. */
  OUTCOME_UNKNOWN,
  /** Our fault. */
  INTERNAL
}
