package org.polykern.gateway.proxy.coordinator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.ProxyCommand;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRemoval;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ProxyTokens;
import org.polykern.gateway.proxy.WorkerRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes circuits back; blocks. Any number of coordinators may do it side by side. */
final class Housekeeping {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final AppProxyConfig config;
  private final Bus bus;
  private final CircuitRepository circuits;
  private final WorkerRepository workers;
  private final ProxyTokens tokens;
  private final InstantSource clock;
  private final CircuitRemoval removal;
  private final Instant began;

  Housekeeping(
      AppProxyConfig config,
      Bus bus,
      CircuitRepository circuits,
      WorkerRepository workers,
      ProxyTokens tokens,
      InstantSource clock) {
    this.config = config;
    this.bus = bus;
    this.circuits = circuits;
    this.workers = workers;
    this.tokens = tokens;
    this.clock = clock;
    this.removal = new CircuitRemoval(bus);
    this.began = clock.instant();
  }

  /** One round of everything. */
  void sweep(String address) {
    var now = clock.instant();
    workers.coordinates(new WorkerRepository.Coordinator(address, config.tokenTtl()), now);
    tokens.deleteExpired(now);
    removed("nobody used it", circuits.deleteIdleSince(now.minus(config.inactivity())));
    removed("its session has ended", circuits.deleteEnded());
    var alive = now.minus(config.lostAfter());
    if (began.isBefore(alive)) {
      // Not before every worker had the time to say that it lives, after all was down.
      removed("its worker is lost", circuits.deleteLost(alive));
      workers.forgetSilent(alive);
      workers.retireSilent(alive);
    }
  }

  /** A session ended: so do its circuits, at once. */
  void hear(SessionEvent event) {
    switch (event.name()) {
      case "session_terminated", "session_cancelled" ->
          removed("its session has ended", circuits.deleteOfSession(event.sessionId().value()));
      default -> {
        // The circuits of a session that restarts lead to its next kernel.
      }
    }
  }

  /** Tells the workers of circuits whose rows were deleted. */
  void removed(String why, List<Circuit> gone) {
    removal.tell(why, gone);
  }

  /** Tells the worker that a row has changed. */
  void changed(Circuit circuit) {
    try {
      bus.request(Addresses.proxyWorker(circuit.worker()), new ProxyCommand.Serve(circuit.id()));
    } catch (ProblemException e) {
      log.info("Worker {} sees it at its next heartbeat: {}", circuit.worker(), e.getMessage());
    }
  }
}
