package org.polykern.common.session;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;

/**
 * The only writer of statuses. Each move is one guarded UPDATE (the row must be in a status from
 * which the table of transitions allows it) plus a history row plus the outbox events, in the
 * caller's transaction. A move that the guard refuses returns false and changes nothing.
 *
 * <p>Lock order in a transaction: session row, then kernel rows, then agent_capacity by (agent,
 * slot).
 */
public final class Lifecycle {
  private static final String MOVE_KERNEL =
      """
      update kernel set status = $2, status_changed = now(), status_info = $3,
        terminated_at = case when $4 then now() else terminated_at end
      where id = $1 and status = any($5)
      returning session_id\
      """;

  private static final String MOVE_SESSION =
      """
      update session set status = $2, status_changed = now(), status_info = $3,
        terminated_at = case when $4 then now() else terminated_at end
      where id = $1 and status = any($5)
      returning id\
      """;

  private static final String HISTORY =
      "insert into status_history (session_id, kernel_id, status, reason) values ($1, $2, $3, $4)";

  private static final String OUTBOX =
      """
      insert into outbox_event (name, session_id, kernel_id, reason, exit_code)
      values ($1, $2, $3, $4, $5)\
      """;

  private static final String RELEASE =
      """
      with gone as (delete from allocation where kernel_id = $1 returning agent_id, slot_name, amount)
      update agent_capacity c set occupied = c.occupied - gone.amount
      from gone where c.agent_id = gone.agent_id and c.slot_name = gone.slot_name\
      """;

  private Lifecycle() {}

  /**
   * Moves one kernel. When it leaves every status that holds resources, its bookings are released
   * in the same transaction.
   *
   * @param reason short code for status_info and history
   * @param event client-visible event name, or null for none
   */
  public static boolean moveKernel(
      Db.Tx tx,
      KernelId kernel,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    var rows = move(tx, MOVE_KERNEL, kernel.value(), to, reason);
    if (rows.size() == 0) {
      return false;
    }
    var session = rows.iterator().next().getUUID(0);
    record(tx, session, kernel.value(), to, reason, event, exitCode);
    if (!to.holdsResources()) {
      tx.query(RELEASE, Tuple.of(kernel.value()));
    }
    return true;
  }

  /** Moves the session row alone; its kernels are moved by their own calls. */
  public static boolean moveSession(
      Db.Tx tx,
      SessionId session,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    if (move(tx, MOVE_SESSION, session.value(), to, reason).size() == 0) {
      return false;
    }
    record(tx, session.value(), null, to, reason, event, exitCode);
    return true;
  }

  /** First history row and event of a session that the caller has just inserted as PENDING. */
  public static void enqueued(Db.Tx tx, SessionId session) {
    record(tx, session.value(), null, SessionStatus.PENDING, "enqueued", "session_enqueued", null);
  }

  /** An event without a status change (batch results). */
  public static void tell(
      Db.Tx tx, SessionId session, String event, String reason, @Nullable Integer exitCode) {
    tx.query(OUTBOX, Tuple.of(event, session.value(), null, reason, exitCode));
  }

  private static RowSet<Row> move(
      Db.Tx tx, String statement, UUID id, SessionStatus to, String reason) {
    var sources = SessionTransitions.sourcesOf(to).stream().map(Enum::name).toArray(String[]::new);
    return tx.query(
        statement,
        Tuple.tuple()
            .addUUID(id)
            .addString(to.name())
            .addString(reason)
            .addBoolean(to.isTerminal())
            .addArrayOfString(sources));
  }

  private static void record(
      Db.Tx tx,
      UUID session,
      @Nullable UUID kernel,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    tx.query(HISTORY, Tuple.of(session, kernel, to.name(), reason));
    if (event != null) {
      tx.query(OUTBOX, Tuple.of(event, session, kernel, reason, exitCode));
    }
  }
}
