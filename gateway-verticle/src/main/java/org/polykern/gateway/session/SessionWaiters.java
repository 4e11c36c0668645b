package org.polykern.gateway.session;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.db.Db;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.SessionStatus;

/** Requests that wait for something to happen to a session. */
public final class SessionWaiters {
  private static final long LOOK_AGAIN_MS = 1000;
  private static final String STATE =
      "select status, status_info, generation from session where id = $1";

  /** What a waiting request looks at. */
  public record State(SessionStatus status, @Nullable String info, int generation) {
    static final State GONE = new State(SessionStatus.TERMINATED, null, 0);
  }

  /** Registered before the change that it waits for is committed; close it at the end. */
  public final class Waiter implements AutoCloseable {
    private final SessionId session;
    private final Semaphore bell = new Semaphore(0);

    private Waiter(SessionId session) {
      this.session = session;
    }

    /**
     * Waits until the row satisfies the wish.
     *
     * @param limit null for no limit
     * @param giveUp asked now and then; true ends the wait early
     * @return the last state seen, which may not satisfy the wish
     */
    public State await(Predicate<State> wish, @Nullable Duration limit, BooleanSupplier giveUp)
        throws InterruptedException {
      var deadline = limit == null ? Long.MAX_VALUE : System.nanoTime() + limit.toNanos();
      while (true) {
        bell.drainPermits();
        var state = read(session);
        var left = limit == null ? LOOK_AGAIN_MS : (deadline - System.nanoTime()) / 1_000_000L;
        if (wish.test(state) || left <= 0 || giveUp.getAsBoolean() || closing.getAsBoolean()) {
          return state;
        }
        @SuppressWarnings("unused") // rung or not, the row is read again
        var rung = bell.tryAcquire(Math.min(LOOK_AGAIN_MS, left), TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void close() {
      waiters.computeIfPresent(
          session,
          (id, set) -> {
            set.remove(this);
            return set.isEmpty() ? null : set;
          });
    }
  }

  private final Db db;
  private final BooleanSupplier closing;
  // Sets are changed inside of compute only, so that an empty set is never left behind.
  private final ConcurrentHashMap<SessionId, Set<Waiter>> waiters = new ConcurrentHashMap<>();

  /**
   * @param closing true when the gateway stops: every wait ends
   */
  public SessionWaiters(Db db, BooleanSupplier closing) {
    this.db = db;
    this.closing = closing;
  }

  public Waiter register(SessionId session) {
    var waiter = new Waiter(session);
    waiters.compute(
        session,
        (id, set) -> {
          var present = set == null ? ConcurrentHashMap.<Waiter>newKeySet() : set;
          present.add(waiter);
          return present;
        });
    return waiter;
  }

  public void hear(SessionEvent event) {
    ring(event.sessionId());
  }

  /** Every waiter looks again. */
  public void ring(SessionId session) {
    var present = waiters.get(session);
    if (present != null) {
      present.forEach(waiter -> waiter.bell.release());
    }
  }

  /** The row as it is now; a row that is gone counts as TERMINATED. */
  State read(SessionId session) {
    var rows = db.query(STATE, Tuple.of(session.value())).iterator();
    if (!rows.hasNext()) {
      return State.GONE;
    }
    var row = rows.next();
    return new State(SessionStatus.valueOf(row.getString(0)), row.getString(1), row.getInteger(2));
  }
}
