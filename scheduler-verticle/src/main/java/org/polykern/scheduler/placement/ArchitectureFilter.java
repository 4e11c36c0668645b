package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** An image runs on its own architecture only. */
final class ArchitectureFilter implements Filter {
  @Override
  public String name() {
    return "architecture";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return unit.kernels().stream()
            .allMatch(k -> k.architecture().equals(agent.agent().architecture()))
        ? null
        : "wrong architecture";
  }
}
