package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Every requested slot must be free in the requested amount. */
final class SlotsFilter implements Filter {
  @Override
  public String name() {
    return "slots";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    // Only requested slots count: a vanished device (free < 0) does not close the agent to others.
    for (var slot : unit.slots().amounts().entrySet()) {
      if (slot.getValue().compareTo(agent.free().get(slot.getKey())) > 0) {
        return slot.getValue().compareTo(agent.agent().capacity().get(slot.getKey())) > 0
            ? "too small in " + slot.getKey()
            : "insufficient " + slot.getKey();
      }
    }
    return null;
  }
}
