package org.polykern.scheduler.reconcile;

import java.time.Clock;
import java.time.Duration;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.scheduler.report.KernelReports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what time alone makes wrong: silent agents, starts that take too long. */
public final class WatchLoop {
  private static final Logger log = LoggerFactory.getLogger(WatchLoop.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final DispatchRepository repository;
  private final KernelReports kernels;
  private final Settings settings;

  /**
   * @param lostAfter silence after which an agent is LOST
   * @param startDeadline longest time in one status between SCHEDULED and RUNNING
   * @param onChanged called after rows changed; must not block
   */
  public record Settings(
      LeaderLease lease,
      Clock clock,
      Duration lostAfter,
      Duration startDeadline,
      Runnable onChanged) {}

  public WatchLoop(DispatchRepository repository, KernelReports kernels, Settings settings) {
    this.repository = repository;
    this.kernels = kernels;
    this.settings = settings;
  }

  /** One look. Blocks. */
  public Duration turn() {
    var since = settings.lease().leadingSince();
    if (since == null) {
      return TICK;
    }
    // While nobody led, nobody may have been there to apply heartbeats: agents get their full time.
    if (!since.plus(settings.lostAfter()).isAfter(settings.clock().instant())) {
      for (var lost : repository.loseSilentAgents(settings.lostAfter())) {
        log.warn("Agent {} has been silent for {}; it is LOST", lost, settings.lostAfter());
        settings.onChanged().run();
      }
    }
    for (var overdue : repository.overdueStarts(settings.startDeadline())) {
      log.warn(
          "Kernel {} is {} for too long on {}", overdue.id(), overdue.status(), overdue.agent());
      var problem =
          Problem.of(
              ProblemCode.KERNEL_CREATION_FAILED,
              "Expected the kernel to leave "
                  + overdue.status()
                  + " within "
                  + settings.startDeadline()
                  + ", but it did not.");
      kernels.tooSlow(overdue.agent(), overdue.id(), overdue.generation(), problem);
      settings.onChanged().run();
    }
    return TICK;
  }
}
