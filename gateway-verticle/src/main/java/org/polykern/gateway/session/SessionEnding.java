package org.polykern.gateway.session;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.auth.Caller;

/**
 * Ends sessions.
 *
 * <pre>
 * PENDING                                 CANCELLED at once
 * SCHEDULED PREPARING PULLING CREATING    TERMINATING (a cancel; the agent undoes the start)
 * RUNNING RESTARTING                      TERMINATING
 * TERMINATING                             wait for its end: a repeated request is harmless
 * ERROR                                   TERMINATING if forced, else 403
 * </pre>
 *
 * Forcing is for administrators, except that everybody may force the own session out of ERROR.
 * Devices stay booked until the agent has seen the container gone, forced or not.
 */
final class SessionEnding {
  /** Clients give up after 15 s. */
  private static final Duration PATIENCE = Duration.ofSeconds(14);

  private static final String LOCK = "select status from session where id = $1 for update";
  private static final String KERNELS =
      "select id, status from kernel where session_id = $1 order by id for update";
  private static final String WANT_END =
      "update session set desired = 'terminate' where id = $1 and desired <> 'terminate'";

  private final Db db;
  private final Bus bus;
  private final Sessions sessions;
  private final SessionWaiters waiters;

  SessionEnding(Db db, Bus bus, Sessions sessions, SessionWaiters waiters) {
    this.db = db;
    this.bus = bus;
    this.sessions = sessions;
    this.waiters = waiters;
  }

  /** Ends it and waits for the end as long as clients wait; returns {@code stats}. */
  Map<String, Object> end(SessionRow row, Caller caller, boolean forced, BooleanSupplier abandoned)
      throws InterruptedException {
    try (var waiter = waiters.register(row.id())) {
      db.inTransaction(tx -> {
        request(tx, row, caller, forced);
        return row;
      });
      bus.publish(Addresses.SCHEDULER_WAKE, new SchedulerWake("session is to be ended"));
      waiters.ring(row.id()); // who waits for its start should not wait for the event to go round
      var state = waiter.await(s -> s.status().isTerminal(), PATIENCE, abandoned);
      return stats(row.id(), state.status());
    }
  }

  private static void request(Db.Tx tx, SessionRow row, Caller caller, boolean forced) {
    var rows = tx.query(LOCK, Tuple.of(row.id().value())).iterator();
    if (!rows.hasNext()) {
      throw gone(row);
    }
    var status = SessionStatus.valueOf(rows.next().getString(0));
    requireAllowed(status, row, caller, forced);
    tx.query(WANT_END, Tuple.of(row.id().value()));
    var reason = forced ? "force-terminated" : "user-requested";
    var kernels = new Kernels(tx, row.id());
    if (status == SessionStatus.PENDING) {
      kernels.move(kernels.pending, SessionStatus.CANCELLED, reason, "kernel_cancelled");
      Lifecycle.moveSession(
          tx, row.id(), SessionStatus.CANCELLED, reason, "session_cancelled", null);
    } else if (status != SessionStatus.TERMINATING) {
      kernels.move(kernels.placed, SessionStatus.TERMINATING, reason, "kernel_terminating");
      kernels.move(kernels.pending, SessionStatus.CANCELLED, reason, "kernel_cancelled");
      Lifecycle.moveSession(tx, row.id(), SessionStatus.TERMINATING, reason, null, null);
    }
  }

  private static void requireAllowed(
      SessionStatus status, SessionRow row, Caller caller, boolean forced) {
    if (status.isTerminal()) {
      throw gone(row);
    }
    var mayForce = caller.isAnyAdmin() || status == SessionStatus.ERROR;
    if (forced && !mayForce) {
      throw Problem.of(
              ProblemCode.INSUFFICIENT_PRIVILEGE,
              "Only administrators may force a session that is not in ERROR; end it without force.")
          .toException();
    }
    if (status == SessionStatus.ERROR && !forced) {
      throw Problem.of(
              ProblemCode.FORBIDDEN, "The session is in ERROR; it can only be ended with force.")
          .toException();
    }
  }

  private static RuntimeException gone(SessionRow row) {
    return Problem.notFound("session", "The session " + row.name() + " is over.").toException();
  }

  private static final class Kernels {
    private final Db.Tx tx;
    final List<KernelId> pending = new ArrayList<>();
    final List<KernelId> placed = new ArrayList<>();

    Kernels(Db.Tx tx, SessionId session) {
      this.tx = tx;
      for (var row : tx.query(KERNELS, Tuple.of(session.value()))) {
        var status = SessionStatus.valueOf(row.getString("status"));
        (status == SessionStatus.PENDING ? pending : placed).add(new KernelId(row.getUUID("id")));
      }
    }

    void move(List<KernelId> kernels, SessionStatus to, String reason, String event) {
      if (!kernels.isEmpty()) {
        Lifecycle.moveKernels(tx, kernels, to, reason, event, null);
      }
    }
  }

  private Map<String, Object> stats(SessionId id, SessionStatus status) {
    var stats = new LinkedHashMap<String, Object>();
    var row = sessions.byId(id);
    if (row != null && row.lastStat() != null) {
      Objects.requireNonNull(row.lastStat())
          .getMap()
          .forEach((name, metric) -> {
            if (metric instanceof Map) {
              stats.put(name, metric);
            }
          });
    }
    stats.put("version", 2);
    stats.put("status", status.name().toLowerCase(java.util.Locale.ROOT));
    return stats;
  }
}
