package org.polykern.scheduler.report;

import org.jspecify.annotations.Nullable;
import org.polykern.common.session.SessionStatus;

/** The client-visible event of each status. */
final class StatusEvents {
  private StatusEvents() {}

  /** Null for statuses that have none. */
  static @Nullable String ofKernel(SessionStatus to) {
    return switch (to) {
      case PREPARING -> "kernel_preparing";
      case PULLING -> "kernel_pulling";
      case CREATING -> "kernel_creating";
      case RUNNING -> "kernel_started";
      case TERMINATING -> "kernel_terminating";
      case TERMINATED -> "kernel_terminated";
      case CANCELLED -> "kernel_cancelled";
      case PENDING, SCHEDULED, RESTARTING, ERROR -> null;
    };
  }

  /** Null for moves that have none. */
  static @Nullable String ofSession(SessionStatus from, SessionStatus to) {
    return switch (to) {
      case PREPARING, PULLING, CREATING ->
          from == SessionStatus.SCHEDULED ? "session_preparing" : null;
      case RUNNING -> "session_started";
      case TERMINATED -> "session_terminated";
      case CANCELLED -> "session_cancelled";
      case PENDING, SCHEDULED, RESTARTING, TERMINATING, ERROR -> null;
    };
  }
}
