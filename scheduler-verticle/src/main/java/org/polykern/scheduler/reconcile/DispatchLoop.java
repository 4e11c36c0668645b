package org.polykern.scheduler.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.util.stream.Collectors;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.KernelCommand.Outcome;
import org.polykern.common.id.AgentId;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.session.SessionStatus;
import org.polykern.common.task.Tasks;
import org.polykern.scheduler.report.KernelReports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells agents what the rows want of them, until the rows say that it has come true. The loop reads
 * rows and starts one task per kernel; a command that was answered is repeated only if nothing came
 * of it.
 */
public final class DispatchLoop {
  private static final Logger log = LoggerFactory.getLogger(DispatchLoop.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration START_PATIENCE = Duration.ofSeconds(5);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  private final DispatchRepository repository;
  private final KernelReports kernels;
  private final AgentClient agents;
  private final Tasks tasks;
  private final Attempts attempts;
  private final Settings settings;

  /**
   * @param startDeadline after it an agent does not begin a start any more
   * @param stopDeadline after it the grace period of a stop is skipped
   * @param onChanged called after rows changed; must not block
   */
  public record Settings(
      LeaderLease lease,
      Clock clock,
      Duration startDeadline,
      Duration stopDeadline,
      Runnable onChanged) {}

  public DispatchLoop(
      DispatchRepository repository,
      KernelReports kernels,
      AgentClient agents,
      Tasks tasks,
      Settings settings) {
    this.repository = repository;
    this.kernels = kernels;
    this.agents = agents;
    this.tasks = tasks;
    this.attempts = new Attempts(settings.clock());
    this.settings = settings;
  }

  /** Looks once at all kernels whose agents must be told something. Blocks. */
  public Duration turn() {
    if (!settings.lease().isHeld()) {
      return TICK;
    }
    var due = repository.due();
    for (var kernel : due) {
      if (attempts.begin(kernel.id(), kernel.wish())) {
        tasks.start("dispatch-" + kernel.id(), () -> attempt(kernel));
      }
    }
    return attempts.retain(due.stream().map(DueKernel::id).collect(Collectors.toSet()), TICK);
  }

  private void attempt(DueKernel kernel) {
    try {
      var patience = kernel.ending() ? stop(kernel) : start(kernel);
      attempts.succeeded(kernel.id(), patience);
    } catch (ProblemException e) {
      log.warn("Kernel {} on {}: {}", kernel.id(), kernel.agent(), e.getMessage());
      attempts.failed(kernel.id());
    } catch (Throwable e) {
      attempts.failed(kernel.id());
      throw e;
    }
  }

  private Duration start(DueKernel kernel) {
    var agent = kernel.agent();
    if (agent == null) {
      return START_PATIENCE; // Unplaced while this look was on its way.
    }
    if (!kernel.agentAlive()) {
      return leave(kernel, agent);
    }
    var command =
        new KernelCommand.StartKernel(
            kernel.spec(),
            kernel.generation(),
            settings.clock().instant().plus(settings.startDeadline()));
    switch (agents.tell(agent, command)) {
      case Outcome.Accepted accepted -> log.debug("{} takes kernel {}", agent, kernel.id());
      case Outcome.AlreadyDone alreadyDone -> log.debug("{} has kernel {}", agent, kernel.id());
      case Outcome.StaleGeneration stale ->
          log.warn(
              "Agent {} knows generation {} of kernel {}, the row says {}",
              agent,
              stale.known(),
              kernel.id(),
              kernel.generation());
      case Outcome.Refused refused ->
          changed(kernels.refused(agent, kernel.id(), kernel.generation(), refused.problem()));
    }
    return START_PATIENCE;
  }

  /** A kernel that its lost agent may never have heard of is placed anew; others wait for it. */
  private Duration leave(DueKernel kernel, AgentId agent) {
    if (kernel.status() == SessionStatus.SCHEDULED) {
      changed(kernels.vanished(agent, kernel.id(), kernel.generation(), "agent-lost"));
    }
    return START_PATIENCE;
  }

  private Duration stop(DueKernel kernel) {
    if (kernel.status() != SessionStatus.TERMINATING) {
      changed(kernels.terminate(kernel.id(), kernel.endReason()));
    }
    var agent = kernel.agent();
    if (agent == null || !kernel.agentAlive()) {
      return TICK;
    }
    var overdue = kernel.unchangedSeconds() > settings.stopDeadline().toSeconds();
    var command =
        new KernelCommand.StopKernel(
            kernel.id(),
            kernel.session(),
            kernel.generation(),
            kernel.endReason(),
            kernel.forced() || (overdue && kernel.status() == SessionStatus.TERMINATING));
    switch (agents.tell(agent, command)) {
      case Outcome.Accepted accepted -> log.debug("{} stops kernel {}", agent, kernel.id());
      case Outcome.AlreadyDone alreadyDone ->
          log.debug("{} is stopping kernel {}", agent, kernel.id());
      case Outcome.StaleGeneration stale ->
          log.warn("Agent {} knows generation {} of {}", agent, stale.known(), kernel.id());
      case Outcome.Refused refused ->
          log.warn(
              "Agent {} refuses to stop {}: {}", agent, kernel.id(), refused.problem().message());
    }
    return STOP_PATIENCE;
  }

  private void changed(KernelReports.Consequence consequence) {
    if (consequence == KernelReports.Consequence.CHANGED) {
      settings.onChanged().run();
    }
  }
}
