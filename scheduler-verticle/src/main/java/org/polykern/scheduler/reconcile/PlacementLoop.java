package org.polykern.scheduler.reconcile;

import java.time.Clock;
import java.time.Duration;
import org.polykern.scheduler.placement.ClusterRepository;
import org.polykern.scheduler.placement.CommitOutcome;
import org.polykern.scheduler.placement.Deferrals;
import org.polykern.scheduler.placement.PlacementRound;
import org.polykern.scheduler.placement.PlanCommitter;
import org.polykern.scheduler.queue.PendingSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the queue and the cluster, plans, commits. Confined to its loop. */
public final class PlacementLoop {
  private static final Logger log = LoggerFactory.getLogger(PlacementLoop.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final PendingSessions queue;
  private final ClusterRepository cluster;
  private final PlacementRound round;
  private final PlanCommitter committer;
  private final Deferrals deferrals;
  private final Settings settings;

  /**
   * @param batch sessions committed in one transaction
   * @param depth sessions looked at in one round
   * @param onCommitted called after every commit, in the loop's thread
   */
  public record Settings(
      LeaderLease lease, Clock clock, int batch, int depth, Runnable onCommitted) {}

  public PlacementLoop(
      PendingSessions queue,
      ClusterRepository cluster,
      PlacementRound round,
      PlanCommitter committer,
      Deferrals deferrals,
      Settings settings) {
    this.queue = queue;
    this.cluster = cluster;
    this.round = round;
    this.committer = committer;
    this.deferrals = deferrals;
    this.settings = settings;
  }

  /** One round. Blocks. */
  public Duration turn() {
    if (!settings.lease().isHeld()) {
      return TICK;
    }
    var pending = queue.read(settings.depth());
    if (pending.isEmpty()) {
      return TICK;
    }
    var now = settings.clock().instant();
    var plan = round.plan(cluster.read(now, pending), pending);
    var next = TICK;
    var assignments = plan.assignments();
    for (var from = 0; from < assignments.size(); from += settings.batch()) {
      var to = Math.min(from + settings.batch(), assignments.size());
      switch (committer.commit(assignments.subList(from, to))) {
        case CommitOutcome.Committed committed -> log.debug("Placed {}", committed.sessions());
        case CommitOutcome.PartlyCommitted partly -> {
          log.debug("Placed {}, overtaken for {}", partly.sessions(), partly.refused());
          next = Duration.ZERO;
        }
        case CommitOutcome.ViewTooOld tooOld -> next = Duration.ZERO;
      }
      settings.onCommitted().run();
    }
    deferrals.write(now, plan.deferrals());
    return next;
  }
}
