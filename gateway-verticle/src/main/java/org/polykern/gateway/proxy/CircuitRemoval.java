package org.polykern.gateway.proxy;

import java.util.List;
import java.util.stream.Collectors;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.ProxyCommand;
import org.polykern.common.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells workers of circuits whose rows were deleted; blocks. */
public final class CircuitRemoval {
  private static final Logger log = LoggerFactory.getLogger(CircuitRemoval.class);

  private final Bus bus;

  public CircuitRemoval(Bus bus) {
    this.bus = bus;
  }

  /** {@code gone} is what {@link CircuitRepository} deleted. */
  public void tell(String why, List<Circuit> gone) {
    var byWorker = gone.stream().collect(Collectors.groupingBy(Circuit::worker));
    byWorker.forEach((worker, its) -> {
      var ids = its.stream().map(Circuit::id).toList();
      log.info("Circuits {} are removed: {}", ids, why);
      try {
        bus.request(Addresses.proxyWorker(worker), new ProxyCommand.Drop(ids));
      } catch (ProblemException e) {
        log.info("Worker {} sees it at its next heartbeat: {}", worker, e.getMessage());
      }
    });
  }
}
