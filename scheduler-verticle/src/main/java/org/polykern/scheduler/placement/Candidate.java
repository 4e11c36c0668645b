package org.polykern.scheduler.placement;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import org.polykern.common.resource.ResourceSlots;

/** An agent during one round: its view, and what this round has taken of it so far. */
final class Candidate {
  private final AgentView agent;
  private ResourceSlots free;
  private boolean held;

  Candidate(AgentView agent) {
    this.agent = agent;
    this.free = agent.capacity().minus(agent.occupied());
  }

  AgentView agent() {
    return agent;
  }

  ResourceSlots free() {
    return free;
  }

  /** Kept for an older session that does not fit yet. */
  boolean isHeld() {
    return held;
  }

  void hold() {
    held = true;
  }

  void take(ResourceSlots slots) {
    free = free.minus(slots);
  }

  void giveBack(ResourceSlots slots) {
    free = free.plus(slots);
  }

  /**
   * Best first: agents without devices that the unit does not ask for (they are kept for those that
   * do), then the least loaded, then by name.
   */
  static Comparator<Candidate> bestFor(ResourceSlots wanted) {
    return Comparator.<Candidate>comparingLong(c -> c.kindsNotIn(wanted))
        .thenComparing(c -> c.loadWith(wanted))
        .thenComparing(c -> c.agent.id().value());
  }

  private long kindsNotIn(ResourceSlots wanted) {
    return agent.capacity().amounts().keySet().stream()
        .filter(slot -> wanted.get(slot).signum() == 0)
        .count();
  }

  /** The fullest slot's share, if the unit ran here. */
  private BigDecimal loadWith(ResourceSlots wanted) {
    var load = BigDecimal.ZERO;
    for (var slot : agent.capacity().amounts().entrySet()) {
      if (slot.getValue().signum() > 0) {
        var used = slot.getValue().subtract(free.get(slot.getKey())).add(wanted.get(slot.getKey()));
        load = load.max(used.divide(slot.getValue(), MathContext.DECIMAL32));
      }
    }
    return load;
  }
}
