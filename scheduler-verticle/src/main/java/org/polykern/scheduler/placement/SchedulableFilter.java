package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Agents that an operator drains get nothing new. */
final class SchedulableFilter implements Filter {
  @Override
  public String name() {
    return "schedulable";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return agent.agent().schedulable() ? null : "draining";
  }
}
