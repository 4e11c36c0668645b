package org.polykern.scheduler.queue;

import java.util.Set;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.resource.ResourceSlots;

/**
 * One kernel that needs an agent.
 *
 * @param slots what to book; slots of amount 0 are absent
 * @param excluded agents that refused it before
 */
public record PendingKernel(
    KernelId id, ResourceSlots slots, String image, String architecture, Set<AgentId> excluded) {
  public PendingKernel {
    excluded = Set.copyOf(excluded);
  }
}
