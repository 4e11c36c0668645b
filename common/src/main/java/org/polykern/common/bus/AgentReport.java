package org.polykern.common.bus;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.resource.ResourceSlots;

/**
 * What agents tell the scheduler. Reports are whole states: they may come late, twice or in any
 * order. An agent repeats a report until it is acknowledged by {@link Reply}.
 */
public sealed interface AgentReport {
  AgentId agentId();

  /** A new value at each start of the agent's process. */
  UUID incarnation();

  /**
   * Every 3 s, and at once after start: who I am, what I have, which kernels I hold.
   *
   * @param scalingGroup resource group, for the first registration
   * @param capacity what kernels may use in all (not what is left)
   * @param slotUnits slot name to {@code count}, {@code bytes} or {@code unique}
   * @param address how to reach it, for people
   * @param backend {@code docker} or {@code process}
   * @param kernels all kernels it holds, gone ones not yet acknowledged included
   * @param leaving true in the last heartbeat of an orderly stop (containers stay)
   */
  record Heartbeat(
      AgentId agentId,
      UUID incarnation,
      String scalingGroup,
      String version,
      String architecture,
      String address,
      String backend,
      ResourceSlots capacity,
      Map<String, String> slotUnits,
      List<KernelObserved> kernels,
      boolean leaving)
      implements AgentReport {
    public Heartbeat {
      slotUnits = Map.copyOf(slotUnits);
      kernels = List.copyOf(kernels);
    }
  }

  /** One kernel's state changed. A gone kernel is forgotten by the agent after the reply. */
  record KernelReported(AgentId agentId, UUID incarnation, KernelObserved kernel)
      implements AgentReport {}

  /** The images that can be run here; sent at start and when they change. */
  record ImagesReported(AgentId agentId, UUID incarnation, List<ImageFacts> images)
      implements AgentReport {
    public ImagesReported {
      images = List.copyOf(images);
    }
  }

  /**
   * The container's log, kept before the container is removed: pieces of at most 1 MiB in order, 10
   * MiB in all. A piece at offset 0 replaces what was stored.
   */
  record LogSaved(
      AgentId agentId,
      UUID incarnation,
      KernelId kernelId,
      int generation,
      long offset,
      Bytes piece)
      implements AgentReport {}

  /**
   * @param reRegister the control plane cannot reach this agent's bus addresses: register them
   *     again
   * @param resendImages the images of this agent are not known: report them again
   */
  record Reply(boolean reRegister, boolean resendImages) {}
}
