package org.polykern.gateway.session;

import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.db.UniqueViolationException;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;

/** Information and life of sessions. */
public final class SessionRoutes {
  private static final String RENAME =
      """
      update session set name = $2 where id = $1 and status = 'RUNNING' returning id\
      """;

  private final Db db;
  private final Owners owners;
  private final Sessions sessions;
  private final SessionInfo info;
  private final SessionEnding ending;
  private final SessionRestart restart;
  private final Consumer<SessionId> forgetTargets;

  /**
   * @param forgetTargets told of every session whose kernels may go away or whose name changed
   */
  public SessionRoutes(
      Db db,
      Bus bus,
      Owners owners,
      Sessions sessions,
      SessionWaiters waiters,
      Consumer<SessionId> forgetTargets) {
    this.db = db;
    this.owners = owners;
    this.sessions = sessions;
    this.info = new SessionInfo(db, InstantSource.system());
    this.ending = new SessionEnding(db, bus, sessions, waiters);
    this.restart = new SessionRestart(db, bus, waiters);
    this.forgetTargets = forgetTargets;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.session(HttpMethod.GET, "/_/match", Access.USER, this::match),
        Endpoint.session(HttpMethod.GET, "/:session", Access.USER, this::tell),
        Endpoint.session(HttpMethod.PATCH, "/:session", Access.USER, this::restart),
        Endpoint.session(HttpMethod.DELETE, "/:session", Access.USER, this::end),
        Endpoint.session(HttpMethod.POST, "/:session/rename", Access.USER, this::rename),
        Endpoint.session(
            HttpMethod.GET, "/:session/status-history", Access.USER, this::statusHistory));
  }

  private Answer match(Call call) {
    var prefix = call.parameters().textOr("id", "");
    return Answer.ok(Map.of("matches", sessions.match(owner(call), prefix)));
  }

  private Answer tell(Call call) {
    return Answer.ok(info.of(resolve(call)));
  }

  private Answer statusHistory(Call call) {
    var row = sessions.resolveDeadOrAlive(owner(call).accessKey(), call.segment("session"));
    return Answer.ok(Map.of("result", info.history(row)));
  }

  private Answer restart(Call call) throws InterruptedException {
    restart.restart(resolve(call), call::isAbandoned);
    return Answer.noContent();
  }

  private Answer end(Call call) throws InterruptedException {
    var forced = call.parameters().flag(false, "forced");
    var row = resolve(call);
    forgetTargets.accept(row.id());
    return Answer.ok(Map.of("stats", ending.end(row, call.caller(), forced, call::isAbandoned)));
  }

  private Answer rename(Call call) {
    var name =
        SessionName.require(
            call.parameters().requiredText("name", "session_name", "clientSessionToken"));
    // Dead ones are found too, only to be refused for their state.
    var row = sessions.resolveDeadOrAlive(owner(call).accessKey(), call.segment("session"));
    try {
      var renamed = db.query(RENAME, Tuple.of(row.id().value(), name));
      if (renamed.size() == 0) {
        throw Problem.of(
                ProblemCode.BAD_REQUEST, "Expected a running session to rename, but it is not.")
            .toException();
      }
    } catch (UniqueViolationException taken) {
      throw Problem.invalid("name", "You have another live session named '" + name + "'.")
          .toException();
    }
    forgetTargets.accept(row.id());
    return Answer.noContent();
  }

  private SessionRow resolve(Call call) {
    return sessions.resolve(owner(call).accessKey(), call.segment("session"));
  }

  private Caller owner(Call call) {
    return owners.effective(call.caller(), call.parameters().text("owner_access_key"));
  }
}
