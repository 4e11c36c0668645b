package org.polykern.agent.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.service.FreePorts;
import org.polykern.agent.service.ServicePorts;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * Where a service's ports really are. Where sessions share the machine's network, each gets ports
 * of its own at the first need, and the same ones for the rest of its kernel's life.
 */
final class HostPorts {
  private final Kernels kernels;
  private final KernelBackend backend;
  private final FreePorts free;
  private final ReentrantLock lock = new ReentrantLock(); // no port is given twice

  HostPorts(Kernels kernels, KernelBackend backend, FreePorts free) {
    this.kernels = kernels;
    this.backend = backend;
    this.free = free;
  }

  /**
   * The ports to listen on, in the order of the service's container ports. Durable when it returns.
   *
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when no port is free
   */
  List<Integer> of(Kernel kernel, ServicePort service) {
    if (!backend.sharesNetwork() || service.protocol().equals(ServicePorts.PREOPEN)) {
      return service.containerPorts();
    }
    lock.lock();
    try {
      var known = new TreeMap<>(kernel.record().made().hostPorts());
      var ports = new ArrayList<Integer>();
      for (var port : service.containerPorts()) {
        ports.add(known.computeIfAbsent(port, p -> choose(known)));
      }
      kernel.change(record -> record.withHostPorts(known));
      return ports;
    } finally {
      lock.unlock();
    }
  }

  private int choose(Map<Integer, Integer> own) {
    var taken = new HashSet<>(own.values());
    for (var kernel : kernels.all()) {
      taken.addAll(kernel.record().made().hostPorts().values());
      taken.addAll(kernel.record().spec().preopenPorts());
    }
    return free.find(taken)
        .orElseThrow(() ->
            Problem.of(
                    ProblemCode.UNAVAILABLE,
                    "Expected a free port of the machine for a service, but there is none; stop"
                        + " sessions that are not needed.")
                .toException());
  }
}
