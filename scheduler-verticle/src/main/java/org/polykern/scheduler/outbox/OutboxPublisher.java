package org.polykern.scheduler.outbox;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.db.Db;
import org.polykern.common.db.EventLog;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;

/** Publishes what the outbox holds. Confined to its loop. */
public final class OutboxPublisher {
  private static final int BATCH = 500;

  /** Publishers of all nodes take turns, so that the log's numbers grow with its commits. */
  private static final String TURN = "select pg_advisory_xact_lock($1)";

  // Rows whose session is gone have no reader: they are removed without a word.
  private static final String TAKE =
      """
      with gone as (
        delete from outbox_event
        where id in (select id from outbox_event order by id limit $1 for update)
        returning *),
      logged as (
        insert into event_log (at, name, session_id, session_name, access_key, user_id,
          domain_name, project_id, kernel_id, cluster_role, cluster_idx, reason, exit_code)
        select g.created_at, g.name, s.id, s.name, s.access_key, s.user_id,
          s.domain_name, s.project_id, g.kernel_id, k.cluster_role, k.cluster_idx, g.reason,
          g.exit_code
        from gone g join session s on s.id = g.session_id left join kernel k on k.id = g.kernel_id
        order by g.id
        returning *)
      select (select count(*) from gone) as taken, l.*
      from (select 1) one left join logged l on true order by l.seq\
      """;

  private static final String PURGE = "delete from event_log where at < now() - interval '1 hour'";
  private static final Duration PURGE_PAUSE = Duration.ofMinutes(1);

  private final Db db;
  private final Bus bus;
  private long lastPurge = System.nanoTime();

  public OutboxPublisher(Db db, Bus bus) {
    this.db = db;
    this.bus = bus;
  }

  /** Publishes until nothing is left. Blocks. */
  public void flush() {
    while (publishBatch() == BATCH) {
      // The next batch waits already.
    }
    var now = System.nanoTime();
    if (now - lastPurge > PURGE_PAUSE.toNanos()) {
      lastPurge = now;
      db.query(PURGE, Tuple.tuple());
    }
  }

  private long publishBatch() {
    // Publishing inside the transaction is the point: what was not published is not removed. If the
    // transaction runs again, so do the events.
    return db.inTransaction(tx -> {
      tx.query(TURN, Tuple.of(EventLog.PUBLISHERS));
      var taken = 0L;
      for (var row : tx.query(TAKE, Tuple.of(BATCH))) {
        taken = row.getLong("taken");
        if (row.getLong("seq") != null) {
          bus.publish(Addresses.SESSION_EVENTS, event(row));
        }
      }
      return taken;
    });
  }

  private static SessionEvent event(Row row) {
    var kernel = row.getUUID("kernel_id");
    return new SessionEvent(
        row.getString("name"),
        new SessionId(row.getUUID("session_id")),
        kernel == null ? null : new KernelId(kernel),
        row.getString("session_name"),
        row.getString("access_key"),
        row.getString("reason"),
        row.getInteger("exit_code"),
        row.getOffsetDateTime("at").withOffsetSameInstant(ZoneOffset.UTC).toInstant());
  }
}
