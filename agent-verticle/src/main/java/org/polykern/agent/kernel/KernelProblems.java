package org.polykern.agent.kernel;

import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** What can be wrong with a kernel, as sentences. */
final class KernelProblems {
  private KernelProblems() {}

  static Problem unknown(KernelId kernel) {
    return Problem.notFound("kernel", "Kernel " + kernel + " is not on this agent.");
  }

  static Problem notReady(KernelId kernel) {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Kernel " + kernel + " is not running yet; try again when its session is RUNNING.");
  }

  static Problem creation(String message) {
    return Problem.of(ProblemCode.KERNEL_CREATION_FAILED, message);
  }

  static Problem notStopped() {
    return Problem.of(
        ProblemCode.KERNEL_DESTRUCTION_FAILED,
        "Expected all kernels to be gone after a minute, but some are not; see the agent's log.");
  }
}
