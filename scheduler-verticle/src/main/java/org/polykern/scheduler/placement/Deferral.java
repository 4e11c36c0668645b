package org.polykern.scheduler.placement;

import java.util.List;
import org.polykern.scheduler.queue.PendingSession;

/**
 * Why a session stays in the queue.
 *
 * @param failed one entry per filter that refused agents
 * @param message all of it in one sentence
 */
public record Deferral(PendingSession session, List<FailedPredicate> failed, String message) {
  public Deferral {
    failed = List.copyOf(failed);
  }

  /** A filter's name and what it counted ("3 agents: insufficient mem"). */
  public record FailedPredicate(String name, String message) {}

  /** Whether the row tells another story than this. */
  public boolean isNews() {
    return !message.equals(session.lastDeferral().message());
  }
}
