package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Agents that have not been heard of lately get nothing new. */
final class AliveFilter implements Filter {
  @Override
  public String name() {
    return "alive";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return agent.agent().alive() ? null : "not alive";
  }
}
