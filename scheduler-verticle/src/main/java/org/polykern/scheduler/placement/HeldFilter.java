package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Agents kept for an older session that waits for room. */
final class HeldFilter implements Filter {
  @Override
  public String name() {
    return "reserved";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return agent.isHeld() ? "reserved for an older session" : null;
  }
}
