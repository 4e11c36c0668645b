package org.polykern.agent.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** What can be wrong with a kernel, as sentences. */
final class KernelProblems {
  private static final int MAX_NAME = 100;

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

  static Problem noTerminals() {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Expected a kernel runner with terminals, but this session's runner has none; restart the"
            + " session, or use an image without a runner of its own.");
  }

  static Problem terminalFailed(String why) {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "Expected the kernel to open a terminal, but it did not: "
            + (why.isEmpty() ? "it did not say why." : why));
  }

  static Problem servicesBlocked() {
    return Problem.of(
        ProblemCode.FORBIDDEN,
        "Expected a session whose services may be reached, but this one was created with service"
            + " ports blocked.");
  }

  static Problem notItsPort(ServicePort service, @Nullable Integer port) {
    return Problem.of(
        ProblemCode.BAD_REQUEST,
        "Expected a port of service "
            + service.name()
            + ", which has "
            + service.containerPorts()
            + ", but got "
            + port
            + ".");
  }

  static Problem noService(List<ServicePort> services, String name) {
    return Problem.notFound(
        "service",
        "Expected a service of the session, which has "
            + services.stream().map(ServicePort::name).toList()
            + ", but got '"
            + (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "..." : name)
            + "'.");
  }
}
