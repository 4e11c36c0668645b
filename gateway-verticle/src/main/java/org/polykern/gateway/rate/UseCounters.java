package org.polykern.gateway.rate;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.polykern.common.db.Db;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How often key pairs and sessions are used, written to their rows once a second. */
public final class UseCounters {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String KEYPAIRS =
      """
      update keypair k set num_queries = num_queries + u.n, last_used = now()
      from unnest($1::text[], $2::bigint[]) as u (access_key, n)
      where k.access_key = u.access_key\
      """;

  private static final String SESSIONS =
      """
      update session s set num_queries = num_queries + u.n
      from unnest($1::uuid[], $2::bigint[]) as u (id, n) where s.id = u.id\
      """;

  private static final Logger log = LoggerFactory.getLogger(UseCounters.class);

  private final Db db;
  private boolean failing; // confined to the writing task
  private final ConcurrentHashMap<String, Long> keypairs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, Long> sessions = new ConcurrentHashMap<>();

  public UseCounters(Db db) {
    this.db = db;
  }

  public void start(Tasks tasks) {
    tasks.every(PAUSE, "use-counters", this::writeOrWarn);
  }

  public void usedKey(String accessKey) {
    keypairs.merge(accessKey, 1L, Long::sum);
  }

  public void ranCode(UUID session) {
    sessions.merge(session, 1L, Long::sum);
  }

  /** One line when the database goes away, not one a second. */
  private void writeOrWarn() {
    try {
      write();
      failing = false;
    } catch (Throwable e) { // await() rethrows checked causes too
      if (!failing) {
        log.warn(
            "Use counters are kept in memory, because they cannot be written: {}", e.toString());
      }
      failing = true;
    }
  }

  /** Writes what was counted since the last time; called once more at the end. */
  public void write() {
    take(
        keypairs,
        (keys, counts) ->
            db.query(
                KEYPAIRS,
                Tuple.tuple()
                    .addArrayOfString(keys.toArray(String[]::new))
                    .addArrayOfLong(counts)));
    take(
        sessions,
        (ids, counts) ->
            db.query(
                SESSIONS,
                Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)).addArrayOfLong(counts)));
  }

  /** What cannot be written is counted again later. */
  private static <K extends Comparable<K>> void take(
      ConcurrentHashMap<K, Long> counters, BiConsumer<java.util.List<K>, Long[]> writer) {
    var taken = new java.util.TreeMap<K, Long>(); // one order for all gateways: no deadlocks
    for (var key : counters.keySet()) {
      var count = counters.remove(key);
      if (count != null) {
        taken.put(key, count);
      }
    }
    if (taken.isEmpty()) {
      return;
    }
    try {
      writer.accept(java.util.List.copyOf(taken.keySet()), taken.values().toArray(Long[]::new));
    } catch (Throwable e) {
      taken.forEach((key, count) -> counters.merge(key, count, Long::sum));
      throw e;
    }
  }
}
