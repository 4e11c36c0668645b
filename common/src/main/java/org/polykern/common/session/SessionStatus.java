package org.polykern.common.session;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Status of a session and of each of its kernels. Never compare by position: ask the predicates.
 */
public enum SessionStatus {
  /** Waiting for the scheduler. */
  PENDING,
  /** Agents assigned, resources reserved. */
  SCHEDULED,
  /** The agent accepted the work. */
  PREPARING,
  /** The agent pulls the image. */
  PULLING,
  /** The container is being made. */
  CREATING,
  RUNNING,
  /** The container is being replaced; scratch and resources stay. */
  RESTARTING,
  /** To be ended; the agent is working on it. */
  TERMINATING,
  /** Over, after it ran. */
  TERMINATED,
  /** An operation failed and the container may still exist. */
  ERROR,
  /** Over, and it never ran. */
  CANCELLED;

  private static final Set<SessionStatus> STARTING =
      EnumSet.of(SCHEDULED, PREPARING, PULLING, CREATING);

  /** Nothing can follow. */
  public boolean isTerminal() {
    return this == TERMINATED || this == CANCELLED;
  }

  /** Its slots are reserved on an agent. */
  public boolean holdsResources() {
    return this != PENDING && !isTerminal();
  }

  /** Placed, but not yet answering. */
  public boolean isStarting() {
    return STARTING.contains(this);
  }

  /** Name for clients of v6: internal states are mapped to the nearest public one. */
  public String publicName() {
    return this == CREATING ? "PREPARING" : name();
  }

  /**
   * A session's status from its kernels' statuses, main kernel first. Total: every combination has
   * an answer.
   */
  public static SessionStatus ofKernels(SessionStatus main, Collection<SessionStatus> siblings) {
    if (main.isTerminal()) {
      return siblings.stream().allMatch(SessionStatus::isTerminal) ? main : TERMINATING;
    }
    if (main == RUNNING) {
      if (siblings.stream().anyMatch(s -> s.isTerminal() || s == ERROR || s == TERMINATING)) {
        return ERROR;
      }
      return siblings.stream().filter(s -> s != RUNNING).findFirst().orElse(RUNNING);
    }
    return main;
  }
}
