package org.polykern.gateway.event;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.db.Db;
import org.polykern.common.db.EventLog;
import org.polykern.common.task.Tasks;

/** Reads the event log once for all clients of this gateway that listen to it. */
public final class EventFeed {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final long LOOK_AGAIN_MS = 1000;
  private static final int BATCH = 1000;

  // Publishers commit after they have told; whoever waits for them sees what was told.
  private static final String AFTER_PUBLISHERS = "select pg_advisory_xact_lock_shared($1)";
  private static final String NEWEST = "select coalesce(max(seq), 0) from event_log";
  private static final String NEXT = "select * from event_log where seq > $1 order by seq limit $2";

  private final Db db;
  private final Tasks tasks;
  private final Semaphore bell = new Semaphore(0);
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private long position; // of the feed's task

  public EventFeed(Db db, Tasks tasks) {
    this.db = db;
    this.tasks = tasks;
  }

  /** Reads until the tasks are closed. */
  public void start() {
    tasks.every(Duration.ZERO, "event-feed", this::turn);
    tasks.every(HEARTBEAT, "event-heartbeat", () -> subscribers.forEach(Subscriber::heartbeat));
  }

  /** Something was published: the log has more. */
  public void hear(SessionEvent event) {
    bell.release();
  }

  /**
   * Sends what the filter wants to a client until it closes its connection.
   *
   * @param after the last event that it has; null = it wants only what comes from now on
   */
  void subscribe(HttpServerResponse response, EventFilter filter, @Nullable Long after) {
    var subscriber = new Subscriber(response, filter, after);
    subscribers.add(subscriber); // before the log is read, so that nothing falls between the two
    response.closeHandler(closed -> subscribers.remove(subscriber));
    if (response.closed()) {
      subscribers.remove(subscriber);
    }
    response.write(ServerEvent.HEARTBEAT); // the client sees that it is heard
    if (after != null) {
      tasks.startLoop("event-replay", () -> subscriber.replay(this::next, tasks));
    }
  }

  /** No client is left afterwards; new ones are none of our affair. */
  public void close() {
    subscribers.forEach(Subscriber::leave);
  }

  private void turn() throws InterruptedException {
    @SuppressWarnings("unused") // rung or not, the log is read
    var rung = bell.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    bell.drainPermits();
    var newest = newest(); // before the look at the subscribers: a new one must miss nothing
    if (subscribers.isEmpty()) {
      position = newest;
      return;
    }
    for (var events = next(position); !events.isEmpty(); events = next(position)) {
      for (var event : events) {
        subscribers.forEach(subscriber -> subscriber.hear(event));
        position = event.seq();
      }
    }
  }

  private List<LoggedEvent> next(long position) {
    return db.inTransaction(tx -> {
      tx.query(AFTER_PUBLISHERS, Tuple.of(EventLog.PUBLISHERS));
      var events = new ArrayList<LoggedEvent>();
      tx.query(NEXT, Tuple.of(position, BATCH)).forEach(row -> events.add(LoggedEvent.of(row)));
      return events;
    });
  }

  private long newest() {
    return db.query(NEWEST, Tuple.tuple()).iterator().next().getLong(0);
  }
}
