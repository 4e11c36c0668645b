package org.polykern.scheduler.placement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.scheduler.queue.FifoOrder;
import org.polykern.scheduler.queue.PendingSession;

/**
 * One pass over the queue: agents for all kernels of a session or for none. Pure: it reads nothing
 * but its arguments, and the same arguments give the same plan.
 */
public final class PlacementRound {
  private final Duration reserveAfter;

  /**
   * @param reserveAfter waiting time after which agents are kept free for a session that does not
   *     fit
   */
  public PlacementRound(Duration reserveAfter) {
    this.reserveAfter = reserveAfter;
  }

  public PlacementPlan plan(ClusterView view, List<PendingSession> pending) {
    Map<String, List<Candidate>> groups =
        view.agents().stream()
            .map(Candidate::new)
            .collect(Collectors.groupingBy(c -> c.agent().scalingGroup()));
    var assignments = new ArrayList<Assignment>();
    var deferrals = new ArrayList<Deferral>();
    var groupsWithReservation = new HashSet<String>();
    for (var session : pending.stream().sorted(FifoOrder.COMPARATOR).toList()) {
      var candidates = groups.getOrDefault(session.scalingGroup(), List.of());
      var placed = place(session, candidates, deferrals);
      if (placed != null) {
        assignments.add(placed);
      } else if (hasWaited(session, view) && groupsWithReservation.add(session.scalingGroup())) {
        reserve(session, candidates);
      }
    }
    return new PlacementPlan(assignments, deferrals);
  }

  private boolean hasWaited(PendingSession session, ClusterView view) {
    return !session.createdAt().plus(reserveAfter).isAfter(view.now());
  }

  /** All units or none: what was taken for the first ones is given back when a later one fails. */
  private static @Nullable Assignment place(
      PendingSession session, List<Candidate> candidates, List<Deferral> deferrals) {
    var taken = new HashMap<Unit, Candidate>();
    var agents = new HashMap<KernelId, AgentId>();
    for (var unit : Unit.of(session)) {
      var explanation = new Explanation();
      var best =
          candidates.stream()
              .filter(candidate -> passes(candidate, unit, explanation))
              .min(Candidate.bestFor(unit.slots()));
      if (best.isEmpty()) {
        taken.forEach((placed, candidate) -> candidate.giveBack(placed.slots()));
        deferrals.add(explanation.of(session));
        return null;
      }
      best.get().take(unit.slots());
      taken.put(unit, best.get());
      unit.kernels().forEach(kernel -> agents.put(kernel.id(), best.get().agent().id()));
    }
    return new Assignment(session, agents);
  }

  private static boolean passes(Candidate candidate, Unit unit, Explanation explanation) {
    for (var filter : Filter.ALL) {
      var refusal = filter.refusal(candidate, unit);
      if (refusal != null) {
        explanation.count(filter, refusal);
        return false;
      }
    }
    return true;
  }

  /** Keeps one agent per unit on which it would fit if nothing else ran there. */
  private static void reserve(PendingSession session, List<Candidate> candidates) {
    Set<Candidate> kept = new HashSet<>();
    for (var unit : Unit.of(session)) {
      candidates.stream()
          .filter(candidate -> !kept.contains(candidate) && couldRun(candidate, unit))
          .min(Candidate.bestFor(unit.slots()))
          .ifPresent(kept::add);
    }
    kept.forEach(Candidate::hold);
  }

  private static boolean couldRun(Candidate candidate, Unit unit) {
    return Filter.ALL.stream()
            .filter(filter -> !(filter instanceof SlotsFilter))
            .allMatch(filter -> filter.refusal(candidate, unit) == null)
        && unit.slots().amounts().entrySet().stream()
            .allMatch(
                e -> e.getValue().compareTo(candidate.agent().capacity().get(e.getKey())) <= 0);
  }
}
