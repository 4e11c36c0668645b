package org.polykern.scheduler.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reason why an agent may not be used. Stateless. */
interface Filter {
  /** Asked in this order; an agent is counted under the first that refuses it. */
  List<Filter> ALL =
      List.of(
          new AliveFilter(),
          new SchedulableFilter(),
          new ExcludedAgentFilter(),
          new ArchitectureFilter(),
          new ImageFilter(),
          new HeldFilter(),
          new SlotsFilter());

  /** The predicate's name in status_data. */
  String name();

  /** Null when the agent passes, else a few words that are counted ("insufficient mem"). */
  @Nullable String refusal(Candidate agent, Unit unit);
}
