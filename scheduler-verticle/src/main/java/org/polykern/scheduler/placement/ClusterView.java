package org.polykern.scheduler.placement;

import java.time.Instant;
import java.util.List;

/** The agents at one moment. Several transactions may have passed since it was read. */
public record ClusterView(Instant now, List<AgentView> agents) {
  public ClusterView {
    agents = List.copyOf(agents);
  }
}
