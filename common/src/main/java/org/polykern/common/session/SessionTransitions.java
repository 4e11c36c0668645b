package org.polykern.common.session;

import static org.polykern.common.session.SessionStatus.CANCELLED;
import static org.polykern.common.session.SessionStatus.CREATING;
import static org.polykern.common.session.SessionStatus.ERROR;
import static org.polykern.common.session.SessionStatus.PENDING;
import static org.polykern.common.session.SessionStatus.PREPARING;
import static org.polykern.common.session.SessionStatus.PULLING;
import static org.polykern.common.session.SessionStatus.RESTARTING;
import static org.polykern.common.session.SessionStatus.RUNNING;
import static org.polykern.common.session.SessionStatus.SCHEDULED;
import static org.polykern.common.session.SessionStatus.TERMINATED;
import static org.polykern.common.session.SessionStatus.TERMINATING;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The one table of allowed transitions, for sessions and kernels alike. */
public final class SessionTransitions {
  private static final Map<SessionStatus, Set<SessionStatus>> NEXT =
      new EnumMap<>(SessionStatus.class);

  static {
    allow(PENDING, SCHEDULED, CANCELLED);
    // Back to PENDING: the agent refused before anything ran, so another one may try.
    allow(
        SCHEDULED,
        PENDING,
        PREPARING,
        PULLING,
        CREATING,
        RUNNING,
        TERMINATING,
        TERMINATED,
        ERROR,
        CANCELLED);
    allow(
        PREPARING, PENDING, PULLING, CREATING, RUNNING, TERMINATING, TERMINATED, ERROR, CANCELLED);
    allow(
        PULLING, PENDING, PREPARING, CREATING, RUNNING, TERMINATING, TERMINATED, ERROR, CANCELLED);
    allow(CREATING, PENDING, RUNNING, TERMINATING, TERMINATED, ERROR, CANCELLED);
    allow(RUNNING, RESTARTING, TERMINATING, TERMINATED, ERROR);
    allow(RESTARTING, RUNNING, TERMINATING, TERMINATED, ERROR);
    allow(TERMINATING, TERMINATED, CANCELLED, ERROR);
    allow(ERROR, TERMINATING, TERMINATED);
    allow(TERMINATED);
    allow(CANCELLED);
  }

  private SessionTransitions() {}

  public static boolean allowed(SessionStatus from, SessionStatus to) {
    return next(from).contains(to);
  }

  /** Statuses from which {@code to} may be entered. */
  public static Set<SessionStatus> sourcesOf(SessionStatus to) {
    var sources = EnumSet.noneOf(SessionStatus.class);
    NEXT.forEach((from, targets) -> {
      if (targets.contains(to)) {
        sources.add(from);
      }
    });
    return sources;
  }

  public static Set<SessionStatus> next(SessionStatus from) {
    return NEXT.getOrDefault(from, Set.of());
  }

  private static void allow(SessionStatus from, SessionStatus... to) {
    var targets = EnumSet.noneOf(SessionStatus.class);
    targets.addAll(java.util.List.of(to));
    NEXT.put(from, java.util.Collections.unmodifiableSet(targets));
  }
}
