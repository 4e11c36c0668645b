package org.polykern.scheduler.outbox;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;

/** Publishes what the outbox holds. Confined to its loop. */
public final class OutboxPublisher {
  private static final int BATCH = 500;

  // Rows whose session is gone have no reader: they are removed without a word.
  private static final String TAKE =
      """
      with gone as (
        delete from outbox_event where id in (
          select id from outbox_event order by id limit $1 for update skip locked)
        returning *)
      select g.*, s.name as session_name, s.access_key
      from gone g left join session s on s.id = g.session_id order by g.id\
      """;

  private final Db db;
  private final Bus bus;

  public OutboxPublisher(Db db, Bus bus) {
    this.db = db;
    this.bus = bus;
  }

  /** Publishes until nothing is left. Blocks. */
  public void flush() {
    while (publishBatch() == BATCH) {
      // The next batch waits already.
    }
  }

  private int publishBatch() {
    // Publishing inside the transaction is the point: what was not published is not removed. If the
    // transaction runs again, so do the events.
    return db.inTransaction(tx -> {
      var rows = tx.query(TAKE, Tuple.of(BATCH));
      for (var row : rows) {
        if (row.getString("session_name") != null) {
          bus.publish(Addresses.SESSION_EVENTS, event(row));
        }
      }
      return rows.size();
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
        row.getOffsetDateTime("created_at").withOffsetSameInstant(ZoneOffset.UTC).toInstant());
  }
}
