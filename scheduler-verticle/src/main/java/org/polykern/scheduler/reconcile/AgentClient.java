package org.polykern.scheduler.reconcile;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.problem.ProblemKind;
import org.polykern.common.task.Tasks;
import org.polykern.scheduler.report.AgentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends kernel commands to agents, and remembers in the rows whom nobody can reach. */
public final class AgentClient {
  private static final Logger log = LoggerFactory.getLogger(AgentClient.class);

  private final Bus bus;
  private final Tasks tasks;
  private final AgentRepository agents;
  private final Set<KernelId> orphans = ConcurrentHashMap.newKeySet();

  public AgentClient(Bus bus, Tasks tasks, AgentRepository agents) {
    this.bus = bus;
    this.tasks = tasks;
    this.agents = agents;
  }

  /** Blocks. Throws as {@link Bus#request} does. */
  KernelCommand.Outcome tell(AgentId agent, KernelCommand command) {
    try {
      return bus.request(Addresses.kernels(agent), command);
    } catch (ProblemException e) {
      if (e.problem().code().kind() == ProblemKind.UNAVAILABLE) {
        agents.unreachable(agent);
      }
      throw e;
    }
  }

  /** Stops what no row wants. Does not block; a failure is repaired by the next heartbeat. */
  public void stopOrphan(AgentId agent, KernelObserved kernel) {
    if (!orphans.add(kernel.kernelId())) {
      return;
    }
    tasks.start(
        "orphan-" + kernel.kernelId(),
        () -> {
          try {
            log.info("Agent {} holds kernel {} that no row wants", agent, kernel.kernelId());
            tell(
                agent,
                new KernelCommand.StopKernel(
                    kernel.kernelId(),
                    kernel.sessionId(),
                    kernel.generation(),
                    "not-found-in-manager",
                    true));
          } catch (ProblemException e) {
            log.warn("Cannot stop kernel {} on {}: {}", kernel.kernelId(), agent, e.getMessage());
          } finally {
            orphans.remove(kernel.kernelId());
          }
        });
  }
}
