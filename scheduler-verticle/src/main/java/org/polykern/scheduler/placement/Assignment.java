package org.polykern.scheduler.placement;

import java.util.Map;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.scheduler.queue.PendingSession;

/** Agents for all kernels of one session. */
public record Assignment(PendingSession session, Map<KernelId, AgentId> agents) {
  public Assignment {
    agents = Map.copyOf(agents);
  }
}
