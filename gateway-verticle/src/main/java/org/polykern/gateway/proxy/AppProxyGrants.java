package org.polykern.gateway.proxy;

import java.time.Duration;
import java.time.InstantSource;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.proxy.ProxyTokens.Leave;
import org.polykern.gateway.session.SessionRow;
import org.polykern.gateway.stream.AppProxyAccess;

/** The gateway's side: tokens go into the database, where every coordinator finds them. */
public final class AppProxyGrants implements AppProxyAccess {
  /** Six heartbeats of a coordinator, as they are configured at first. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final CircuitRepository circuits;
  private final CircuitRemoval removal;
  private final WorkerRepository workers;
  private final ProxyTokens tokens;
  private final InstantSource clock;

  public AppProxyGrants(Db db, Bus bus, InstantSource clock) {
    this.circuits = new CircuitRepository(db);
    this.removal = new CircuitRemoval(bus);
    this.workers = new WorkerRepository(db);
    this.tokens = new ProxyTokens(db);
    this.clock = clock;
  }

  /** Whether a coordinator lives; blocks. */
  public boolean isAvailable() {
    return workers.coordinator(clock.instant().minus(SILENCE)) != null;
  }

  @Override
  public Grant grant(Caller owner, SessionRow session, String app, String protocol, int port) {
    var now = clock.instant();
    var coordinator = workers.coordinator(now.minus(SILENCE));
    if (coordinator == null) {
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "No app proxy answers; start a node with the role app-proxy, or use the tunnel at"
                  + " /stream/session/NAME/tcpproxy.")
          .toException();
    }
    var leave =
        new Leave(
            session.id().value(),
            session.userId(),
            session.accessKey(),
            session.projectId(),
            session.domain(),
            app,
            port);
    return new Grant(tokens.issue(leave, coordinator.tokenTtl(), now), coordinator.address());
  }

  @Override
  public void revoke(SessionId session, String app) {
    removal.tell("its service was stopped", circuits.deleteOfApp(session.value(), app));
  }
}
