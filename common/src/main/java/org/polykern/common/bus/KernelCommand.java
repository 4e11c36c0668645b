package org.polykern.common.bus;

import java.time.Instant;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.problem.Problem;

/**
 * Commands about a kernel's life, to its agent. Idempotent, keyed by (kernel id, generation):
 * repeating one is harmless, an older generation is refused. "Accepted" means that the agent has
 * durably taken the work; progress and result come as {@link AgentReport}s.
 */
public sealed interface KernelCommand {
  KernelId kernelId();

  int generation();

  /**
   * Start the kernel, or, when an older generation of it lives, replace its container keeping
   * scratch and devices (restart).
   *
   * @param deadline after it the start is not begun any more
   */
  record StartKernel(KernelSpec spec, int generation, Instant deadline) implements KernelCommand {
    @Override
    public KernelId kernelId() {
      return spec.kernelId();
    }
  }

  /**
   * Stop the kernel and remove all that belongs to it. For a kernel that the agent does not know
   * the agent reports TERMINATED at once.
   *
   * @param reason short code, ends in the report and in the row's status_info
   * @param forced skip the grace period
   */
  record StopKernel(
      KernelId kernelId,
      org.polykern.common.id.SessionId sessionId,
      int generation,
      String reason,
      boolean forced)
      implements KernelCommand {}

  /** Every answer that a sender of a kernel command must handle. */
  sealed interface Outcome {
    /** Taken; a report will follow. */
    record Accepted() implements Outcome {}

    /** Already in that state or on the way to it. */
    record AlreadyDone() implements Outcome {}

    /** The agent knows a later generation of this kernel. */
    record StaleGeneration(int known) implements Outcome {}

    /** Not taken, nothing done; {@code problem} says why. Another agent may try. */
    record Refused(Problem problem) implements Outcome {}
  }
}
