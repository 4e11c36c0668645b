package org.polykern.gateway.proxy.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.channels.SocketChannel;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.run.KernelTargets;
import org.polykern.gateway.session.SessionRestart;
import org.polykern.gateway.session.SessionWaiters;
import org.polykern.gateway.session.Sessions;
import org.polykern.gateway.stream.LiveStreams;
import org.polykern.gateway.stream.TerminalViews;
import org.polykern.gateway.stream.Tunnels;
import org.polykern.gateway.terminal.TerminalService;

/** The service {@code ttyd} is the terminal's page, served here; all others are elsewhere. */
final class TerminalBackends implements Backends, AutoCloseable {
  private final Backends others;
  private final Tunnels tunnels;
  private final LiveStreams live = new LiveStreams();
  private final TerminalService service;

  /** Blocks until the page is served. */
  TerminalBackends(Backends others, Vertx vertx, Tasks tasks, Bus bus, Db db) {
    this.others = others;
    this.tunnels = new Tunnels(vertx);
    var sessions = new Sessions(db);
    var waiters = new SessionWaiters(db, tasks::isClosing);
    var targets = new KernelTargets(sessions);
    var calls = new KernelCalls(bus, tasks, targets);
    var restart = new SessionRestart(db, bus, waiters);
    var parts = new TerminalViews.SessionParts(sessions, waiters, restart);
    var views = new TerminalViews(vertx, tasks, calls, tunnels, live, parts);
    this.service = new TerminalService(vertx, tasks, views);
    Future.all(
            service.start(),
            bus.subscribe(Addresses.SESSION_EVENTS, live::hear),
            bus.subscribe(Addresses.SESSION_EVENTS, waiters::hear),
            bus.subscribe(Addresses.SESSION_EVENTS, targets::hear))
        .await();
  }

  @Override
  public SocketChannel open(Circuit circuit) throws BackendException, InterruptedException {
    if (!circuit.app().equals(service.name())) {
      return others.open(circuit);
    }
    var owner = circuit.accessKey();
    var session = circuit.sessions().stream().findFirst().orElse(null);
    if (owner == null || session == null) {
      throw new BackendException(false, "A terminal belongs to the session of a user.");
    }
    return TunnelBackends.enter(service.open(owner, session.toString()));
  }

  @Override
  public void close() {
    live.close();
    service.close();
    tunnels.close();
  }
}
