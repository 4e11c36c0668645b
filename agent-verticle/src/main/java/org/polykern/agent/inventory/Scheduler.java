package org.polykern.agent.inventory;

import java.util.UUID;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.Bus;
import org.polykern.common.id.AgentId;

/**
 * The way to the scheduler.
 *
 * @param incarnation of this start of the agent
 */
public record Scheduler(Bus bus, AgentId agent, UUID incarnation) {
  /**
   * Blocks; what the reply asks for is done by the heartbeats.
   *
   * @throws org.polykern.common.problem.ProblemException when nobody took it
   */
  AgentReport.Reply tell(AgentReport report) {
    return bus.request(Addresses.REPORTS, report);
  }
}
