package org.polykern.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.polykern.common.db.EventLog;
import org.polykern.common.id.SessionId;
import org.polykern.scheduler.outbox.OutboxPublisher;

/** What a reader of the event log may rely on while several nodes publish. */
class EventLogIT {
  private static final int WRITERS = 4;
  private static final int EACH = 250;

  @Test
  void shouldShowAReaderEachEventOnceThoughSeveralNodesPublish() throws Exception {
    try (var world = new World()) {
      var sessions = new ArrayList<SessionId>();
      for (var i = 0; i < WRITERS; i++) {
        sessions.add(world.enqueue(1, 1));
      }
      world.db.query("delete from outbox_event", Tuple.tuple());
      var writing = new AtomicInteger(WRITERS);
      var work = new ArrayList<CompletableFuture<Void>>();
      for (var session : sessions) {
        work.add(
            run(() -> {
              for (var i = 0; i < EACH; i++) {
                world.db.query(
                    "insert into outbox_event (name, session_id, reason) values ($1, $2, '')",
                    Tuple.of("event_" + i, session.value()));
              }
              writing.decrementAndGet();
            }));
      }
      for (var i = 0; i < 2; i++) {
        var publisher = new OutboxPublisher(world.db, world.bus);
        work.add(
            run(() -> {
              while (writing.get() > 0) {
                publisher.flush();
              }
              publisher.flush();
            }));
      }
      var seen = new ArrayList<String>();
      var last = 0L;
      while (seen.size() < WRITERS * EACH) {
        last = readOn(world, last, seen);
      }
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new)).get();
      assertThat(readOn(world, last, seen)).isEqualTo(last);
      assertThat(seen).hasSize(WRITERS * EACH);
      assertThat(new HashSet<>(seen)).hasSize(WRITERS * EACH);
      for (var session : sessions) {
        assertThat(seen.stream().filter(event -> event.startsWith(session.toString())))
            .first()
            .isEqualTo(session + " event_0");
      }
    }
  }

  private static long readOn(World world, long last, List<String> seen) {
    return world.db.inTransaction(tx -> {
      tx.query("select pg_advisory_xact_lock_shared($1)", Tuple.of(EventLog.PUBLISHERS));
      var newest = last;
      for (var row :
          tx.query(
              "select seq, session_id, name from event_log where seq > $1 order by seq",
              Tuple.of(last))) {
        seen.add(row.getUUID("session_id") + " " + row.getString("name"));
        newest = row.getLong("seq");
      }
      return newest;
    });
  }

  private static CompletableFuture<Void> run(Runnable work) {
    var done = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            work.run();
            done.complete(null);
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }
}
