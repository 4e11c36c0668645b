package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Agents that refused this session before. */
final class ExcludedAgentFilter implements Filter {
  @Override
  public String name() {
    return "excluded";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return unit.kernels().stream().anyMatch(k -> k.excluded().contains(agent.agent().id()))
        ? "refused it before"
        : null;
  }
}
