package org.polykern.scheduler.placement;

import java.util.Set;
import org.polykern.common.id.SessionId;

/** What became of a plan. */
public sealed interface CommitOutcome {
  /** All of it is true now. */
  record Committed(Set<SessionId> sessions) implements CommitOutcome {}

  /** The refused sessions still wait: somebody was faster, or they are not wanted any more. */
  record PartlyCommitted(Set<SessionId> sessions, Set<SessionId> refused)
      implements CommitOutcome {}

  /** Nothing of it was possible any more: look again. */
  record ViewTooOld() implements CommitOutcome {}
}
