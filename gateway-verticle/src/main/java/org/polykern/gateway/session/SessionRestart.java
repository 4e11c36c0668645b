package org.polykern.gateway.session;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;

/**
 * Replaces the containers of a session; scratch and resources stay. The next generation of session
 * and kernels begins, so reports about the old containers no longer count.
 */
public final class SessionRestart {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String LOCK =
      "select status, generation from session where id = $1 for update";
  private static final String NEXT_GENERATION =
      "update session set generation = generation + 1 where id = $1 returning generation";
  private static final String KERNELS =
      "select id from kernel where session_id = $1 order by id for update";

  private final Db db;
  private final Bus bus;
  private final SessionWaiters waiters;

  public SessionRestart(Db db, Bus bus, SessionWaiters waiters) {
    this.db = db;
    this.bus = bus;
    this.waiters = waiters;
  }

  /** Returns when it runs again. A repeated request joins the restart that is under way. */
  public void restart(SessionRow row, BooleanSupplier abandoned) throws InterruptedException {
    try (var waiter = waiters.register(row.id())) {
      var generation = db.inTransaction(tx -> request(tx, row));
      bus.publish(Addresses.SCHEDULER_WAKE, new SchedulerWake("session is to be restarted"));
      var state =
          waiter.await(
              s -> s.generation() >= generation && s.status() != SessionStatus.RESTARTING,
              PATIENCE,
              abandoned);
      if (state.status() != SessionStatus.RUNNING) {
        throw Problem.of(
                ProblemCode.KERNEL_RESTART_FAILED,
                "The session is " + state.status() + " (" + state.info() + ") after the restart.")
            .toException();
      }
    }
  }

  private static int request(Db.Tx tx, SessionRow row) {
    var rows = tx.query(LOCK, Tuple.of(row.id().value())).iterator();
    if (!rows.hasNext()) {
      throw Problem.notFound("session", "The session " + row.name() + " is over.").toException();
    }
    var locked = rows.next();
    var status = SessionStatus.valueOf(locked.getString("status"));
    if (status == SessionStatus.RESTARTING) {
      return locked.getInteger("generation");
    }
    if (status != SessionStatus.RUNNING) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "Expected a running session to restart, but it is " + status.publicName() + ".")
          .toException();
    }
    var kernels = new ArrayList<KernelId>();
    for (var kernel : tx.query(KERNELS, Tuple.of(row.id().value()))) {
      kernels.add(new KernelId(kernel.getUUID("id")));
    }
    var restarting = SessionStatus.RESTARTING;
    Lifecycle.moveKernels(tx, kernels, restarting, "restarting", null, null);
    Lifecycle.moveSession(tx, row.id(), restarting, "restarting", null, null);
    var next = tx.query(NEXT_GENERATION, Tuple.of(row.id().value())).iterator().next();
    return next.getInteger("generation");
  }
}
