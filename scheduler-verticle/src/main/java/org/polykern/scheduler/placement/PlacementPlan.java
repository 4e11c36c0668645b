package org.polykern.scheduler.placement;

import java.util.List;

/** Every session of the round is in one of the two lists, in queue order. */
public record PlacementPlan(List<Assignment> assignments, List<Deferral> deferrals) {
  public PlacementPlan {
    assignments = List.copyOf(assignments);
    deferrals = List.copyOf(deferrals);
  }
}
