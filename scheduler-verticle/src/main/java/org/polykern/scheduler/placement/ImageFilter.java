package org.polykern.scheduler.placement;

import org.jspecify.annotations.Nullable;

/** Agents run the images that they hold; none is pulled yet. */
final class ImageFilter implements Filter {
  @Override
  public String name() {
    return "image";
  }

  @Override
  public @Nullable String refusal(Candidate agent, Unit unit) {
    return unit.kernels().stream()
            .allMatch(
                k -> agent.agent().images().contains(new ImageKey(k.image(), k.architecture())))
        ? null
        : "image not there";
  }
}
