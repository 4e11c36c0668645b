package org.polykern.scheduler.reconcile;

import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership by an advisory lock on a connection of its own: it ends with the connection, so with
 * the process. It only saves work; nothing breaks while two believe to lead. Now one lease covers
 * all resource groups; its name is the place for one lease per group.
 *
 * <p>Confined to its loop, except for the questions.
 */
public final class LeaderLease implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderLease.class);
  private static final int LOCK_CLASS = 0x706f6c79;
  private static final String TRY = "select pg_try_advisory_lock($1, $2)";
  private static final String CHECK = "select 1";
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Db db;
  private final String name;
  private final Clock clock;
  private final Runnable onGained;
  private volatile @Nullable DbSession session;
  private volatile @Nullable Instant leadingSince;

  /**
   * @param name leases of different names are independent
   * @param onGained called in the loop's thread
   */
  public LeaderLease(Db db, String name, Clock clock, Runnable onGained) {
    this.db = db;
    this.name = name;
    this.clock = clock;
    this.onGained = onGained;
  }

  /** Whether this node leads, as far as it knows. */
  public boolean isHeld() {
    return leadingSince() != null;
  }

  /** Since when this node leads, or null. */
  public @Nullable Instant leadingSince() {
    var current = session;
    return current != null && current.isOpen() ? leadingSince : null;
  }

  /** One turn: gets, keeps or notices the loss of the lease. Blocks. */
  public Duration turn() {
    try {
      var current = openSession();
      if (leadingSince != null) {
        current.query(CHECK, Tuple.tuple());
      } else if (lock(current)) {
        leadingSince = clock.instant();
        log.info("This node leads {}", name);
        onGained.run();
      }
    } catch (RuntimeException e) {
      log.warn("Lost the connection of lease {}: {}", name, e.toString());
      close();
    }
    return PERIOD;
  }

  private DbSession openSession() {
    var current = session;
    if (current != null && current.isOpen()) {
      return current;
    }
    leadingSince = null;
    current = db.openSession();
    session = current;
    return current;
  }

  private boolean lock(DbSession current) {
    var rows = current.query(TRY, Tuple.of(LOCK_CLASS, name.hashCode()));
    return rows.iterator().next().getBoolean(0);
  }

  @Override
  public void close() {
    leadingSince = null;
    var current = session;
    session = null;
    if (current != null) {
      current.close();
    }
  }
}
