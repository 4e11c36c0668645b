package org.polykern.common.session;

import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
  // One round trip: the rows, their history, their events, and the release of what they booked. A
  // new generation begins whenever the kernel will be started anew, which fences off all reports
  // about the earlier start. Capacity rows are locked in one order, or releases would deadlock.
  private static final String MOVE_KERNELS =
      """
      with moved as (
        update kernel set status = $2, status_changed = now(), status_info = $3,
          terminated_at = case when $4 then now() else terminated_at end,
          exit_code = coalesce($7::int, exit_code),
          generation = generation + case when $2 in ('PENDING', 'RESTARTING') then 1 else 0 end,
          observed_rank = case when $2 in ('PENDING', 'RESTARTING') then 0 else observed_rank end,
          agent_id = case when $2 = 'PENDING' then null else agent_id end
        where id = any($1) and status = any($5)
        returning id, session_id),
      noted as (
        insert into status_history (session_id, kernel_id, status, reason)
        select session_id, id, $2, $3 from moved),
      told as (
        insert into outbox_event (name, session_id, kernel_id, reason, exit_code)
        select $6::text, session_id, id, $3, $7::int from moved where $6::text is not null),
      released as (
        delete from allocation a using moved where a.kernel_id = moved.id and $8::boolean
        returning a.agent_id, a.slot_name, a.amount),
      locked as (
        select c.agent_id, c.slot_name from agent_capacity c
        where (c.agent_id, c.slot_name) in (select agent_id, slot_name from released)
        order by c.agent_id, c.slot_name for update),
      freed as (
        update agent_capacity c set occupied = c.occupied - f.amount
        from (
          select l.agent_id, l.slot_name, sum(r.amount) as amount
          from locked l join released r on r.agent_id = l.agent_id and r.slot_name = l.slot_name
          group by l.agent_id, l.slot_name) f
        where c.agent_id = f.agent_id and c.slot_name = f.slot_name)
      select id from moved\
      """;

  private static final String MOVE_SESSIONS =
      """
      with moved as (
        update session set status = $2, status_changed = now(), status_info = $3,
          terminated_at = case when $4 then now() else terminated_at end
        where id = any($1) and status = any($5)
        returning id),
      noted as (
        insert into status_history (session_id, status, reason) select id, $2, $3 from moved),
      told as (
        insert into outbox_event (name, session_id, reason, exit_code)
        select $6::text, id, $3, $7::int from moved where $6::text is not null)
      select id from moved\
      """;

  private static final String ENQUEUED =
      """
      with noted as (
        insert into status_history (session_id, status, reason) values ($1, 'PENDING', 'enqueued'))
      insert into outbox_event (name, session_id, reason)
      values ('session_enqueued', $1, 'enqueued')\
      """;

  private static final String OUTBOX =
      """
      insert into outbox_event (name, session_id, reason, exit_code) values ($1, $2, $3, $4)\
      """;

  private Lifecycle() {}

  /**
   * Moves one kernel. When it leaves every status that holds resources, its bookings are released
   * in the same transaction. PENDING and RESTARTING begin its next generation; PENDING also takes
   * it off its agent.
   *
   * @param reason short code for status_info and history
   * @param event client-visible event name, or null for none
   * @param exitCode goes to the row and the event; null leaves the row's as it is
   */
  public static boolean moveKernel(
      Db.Tx tx,
      KernelId kernel,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    return moveKernels(tx, List.of(kernel), to, reason, event, exitCode).size() == 1;
  }

  /** Moves several kernels to one status in one round trip; answers those that moved. */
  public static Set<KernelId> moveKernels(
      Db.Tx tx,
      Collection<KernelId> kernels,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    var ids = kernels.stream().map(KernelId::value).toArray(UUID[]::new);
    var arguments = arguments(ids, to, reason, event, exitCode).addBoolean(!to.holdsResources());
    var moved = new HashSet<KernelId>();
    for (var row : tx.query(MOVE_KERNELS, arguments)) {
      moved.add(new KernelId(row.getUUID(0)));
    }
    return moved;
  }

  /** Moves the session row alone; its kernels are moved by their own calls. */
  public static boolean moveSession(
      Db.Tx tx,
      SessionId session,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    return moveSessions(tx, List.of(session), to, reason, event, exitCode).size() == 1;
  }

  /** Moves several session rows to one status in one round trip; answers those that moved. */
  public static Set<SessionId> moveSessions(
      Db.Tx tx,
      Collection<SessionId> sessions,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    var ids = sessions.stream().map(SessionId::value).toArray(UUID[]::new);
    var moved = new HashSet<SessionId>();
    for (var row : tx.query(MOVE_SESSIONS, arguments(ids, to, reason, event, exitCode))) {
      moved.add(new SessionId(row.getUUID(0)));
    }
    return moved;
  }

  /** First history row and event of a session that the caller has just inserted as PENDING. */
  public static void enqueued(Db.Tx tx, SessionId session) {
    tx.query(ENQUEUED, Tuple.of(session.value()));
  }

  /** An event without a status change (batch results). */
  public static void tell(
      Db.Tx tx, SessionId session, String event, String reason, @Nullable Integer exitCode) {
    tx.query(OUTBOX, Tuple.of(event, session.value(), reason, exitCode));
  }

  private static Tuple arguments(
      UUID[] ids,
      SessionStatus to,
      String reason,
      @Nullable String event,
      @Nullable Integer exitCode) {
    var sources = SessionTransitions.sourcesOf(to).stream().map(Enum::name).toArray(String[]::new);
    return Tuple.tuple()
        .addArrayOfUUID(ids)
        .addString(to.name())
        .addString(reason)
        .addBoolean(to.isTerminal())
        .addArrayOfString(sources)
        .addString(event)
        .addInteger(exitCode);
  }
}
