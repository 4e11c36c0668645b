package org.polykern.scheduler;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.task.Tasks;
import org.polykern.scheduler.outbox.OutboxPublisher;
import org.polykern.scheduler.placement.ClusterRepository;
import org.polykern.scheduler.placement.Deferrals;
import org.polykern.scheduler.placement.PlacementRound;
import org.polykern.scheduler.placement.PlanCommitter;
import org.polykern.scheduler.queue.PendingSessions;
import org.polykern.scheduler.reconcile.AgentClient;
import org.polykern.scheduler.reconcile.DispatchLoop;
import org.polykern.scheduler.reconcile.DispatchRepository;
import org.polykern.scheduler.reconcile.LeaderLease;
import org.polykern.scheduler.reconcile.PlacementLoop;
import org.polykern.scheduler.reconcile.WatchLoop;
import org.polykern.scheduler.reconcile.WokenLoop;
import org.polykern.scheduler.report.AgentRepository;
import org.polykern.scheduler.report.KernelReports;
import org.polykern.scheduler.report.ReportApplier;

/** The object graph of the scheduler, and the bells between its parts. */
final class Loops implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final SchedulerWake CHANGED = new SchedulerWake("rows changed");

  private final Bus bus;
  private final Tasks tasks;
  private final LeaderLease lease;
  private final OutboxPublisher outbox;
  private final PlacementLoop placement;
  private final DispatchLoop dispatch;
  private final WatchLoop watch;
  private final ReportApplier reports;
  private final List<WokenLoop> woken = new CopyOnWriteArrayList<>();

  Loops(SchedulerConfig config, Db db, Bus bus, Tasks tasks, Clock clock) {
    this.bus = bus;
    this.tasks = tasks;
    lease = new LeaderLease(db, "scheduler", clock, this::wakeHere);
    outbox = new OutboxPublisher(db, bus);
    var kernels = new KernelReports(db, config.maxAttempts());
    var agentRows = new AgentRepository(db);
    var agents = new AgentClient(bus, tasks, agentRows);
    var dispatchRows = new DispatchRepository(db);
    placement =
        new PlacementLoop(
            new PendingSessions(db),
            new ClusterRepository(db),
            new PlacementRound(config.reserveAfter()),
            new PlanCommitter(db),
            new Deferrals(db),
            new PlacementLoop.Settings(
                lease, clock, config.batch(), config.depth(), this::wakeHere));
    dispatch =
        new DispatchLoop(
            dispatchRows,
            kernels,
            agents,
            tasks,
            new DispatchLoop.Settings(
                lease, clock, config.startDeadline(), config.stopDeadline(), this::wakeEverywhere));
    watch =
        new WatchLoop(
            dispatchRows,
            kernels,
            new WatchLoop.Settings(
                lease, clock, config.lostAfter(), config.startDeadline(), this::wakeEverywhere));
    reports = new ReportApplier(db, agentRows, kernels, followers(agents), config.driftGrace());
  }

  ReportApplier reports() {
    return reports;
  }

  void start() {
    woken.add(
        WokenLoop.start(
            tasks,
            "outbox",
            () -> {
              outbox.flush();
              return SWEEP;
            }));
    woken.add(WokenLoop.start(tasks, "placement", placement::turn));
    woken.add(WokenLoop.start(tasks, "dispatch", dispatch::turn));
    WokenLoop.start(tasks, "watch", watch::turn);
    WokenLoop.start(tasks, "lease", lease::turn);
  }

  /** Rings the bells of this node. Never blocks. */
  void wakeHere() {
    woken.forEach(WokenLoop::wake);
  }

  /** Rings the bells of every node, this one included: the leader may be another. */
  private void wakeEverywhere() {
    wakeHere();
    bus.publish(Addresses.SCHEDULER_WAKE, CHANGED);
  }

  private ReportApplier.Followers followers(AgentClient agents) {
    return new ReportApplier.Followers() {
      @Override
      public void changed() {
        wakeEverywhere();
      }

      @Override
      public void stopOrphan(AgentId agent, KernelObserved kernel) {
        agents.stopOrphan(agent, kernel);
      }
    };
  }

  @Override
  public void close() {
    lease.close();
  }
}
