package org.polykern.gateway.proxy;

import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;

/** The rows of workers and coordinators; blocks. */
public final class WorkerRepository {
  /** What a worker says of itself. */
  public record Registration(
      String authority,
      boolean wildcard,
      String protocol,
      String hostname,
      boolean tls,
      int apiPort,
      @Nullable Integer firstPort,
      @Nullable Integer lastPort,
      @Nullable String wildcardDomain,
      @Nullable Integer wildcardPort,
      boolean filteredOnly,
      List<String> traffics,
      JsonArray filters) {
    public Registration {
      traffics = List.copyOf(traffics);
    }
  }

  /** Where a coordinator is, and how long its tokens are to be good. */
  public record Coordinator(String address, Duration tokenTtl) {}

  private static final String SELECT =
      """
      select w.*, (select count(*)::int from proxy_circuit c where c.worker_id = w.id) as occupied
      from proxy_worker w\
      """;

  private static final String REGISTER =
      """
      insert into proxy_worker (authority, frontend_mode, protocol, hostname, use_tls, api_port,
        first_port, last_port, wildcard_domain, wildcard_port, filtered_apps_only,
        accepted_traffics, app_filters, created_at, updated_at, last_seen)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $14)
      on conflict (authority) do update set frontend_mode = $2, protocol = $3, hostname = $4,
        use_tls = $5, api_port = $6, first_port = $7, last_port = $8, wildcard_domain = $9,
        wildcard_port = $10, filtered_apps_only = $11, accepted_traffics = $12, app_filters = $13,
        nodes = case when $15 then proxy_worker.nodes + 1 else 1 end,
        updated_at = $14, last_seen = $14
      returning id\
      """;

  private static final String HEARD =
      "update proxy_worker set last_seen = $2 where id = $1 returning id";
  private static final String LEAVE =
      """
      update proxy_worker set nodes = greatest(nodes - 1, 0),
        last_seen = case when nodes <= 1 then $2 else last_seen end
      where id = $1 returning nodes\
      """;
  private static final String FORGET =
      """
      delete from proxy_worker w where last_seen < $1
        and not exists (select 1 from proxy_circuit c where c.worker_id = w.id)\
      """;

  private static final String COORDINATES =
      """
      insert into proxy_coordinator (address, token_ttl_s, last_seen) values ($1, $2, $3)
      on conflict (address) do update set token_ttl_s = $2, last_seen = $3\
      """;
  private static final String COORDINATOR =
      """
      select address, token_ttl_s from proxy_coordinator where last_seen > $1
      order by last_seen desc limit 1\
      """;
  private static final String RETIRE = "delete from proxy_coordinator where address = $1";
  private static final String RETIRE_SILENT = "delete from proxy_coordinator where last_seen < $1";

  private final Db db;

  public WorkerRepository(Db db) {
    this.db = db;
  }

  /**
   * A worker under its authority, the old one's id if it was known.
   *
   * @param another counts one more node behind the same authority; false = it replaces what was
   */
  public UUID register(Registration worker, Instant now, boolean another) {
    return db.query(
            REGISTER,
            Tuple.tuple()
                .addString(worker.authority())
                .addString(worker.wildcard() ? "wildcard" : "port")
                .addString(worker.protocol())
                .addString(worker.hostname())
                .addBoolean(worker.tls())
                .addInteger(worker.apiPort())
                .addInteger(worker.firstPort())
                .addInteger(worker.lastPort())
                .addString(worker.wildcardDomain())
                .addInteger(worker.wildcardPort())
                .addBoolean(worker.filteredOnly())
                .addArrayOfString(worker.traffics().toArray(String[]::new))
                .addJsonArray(worker.filters())
                .addOffsetDateTime(CircuitRepository.at(now))
                .addBoolean(another))
        .iterator()
        .next()
        .getUUID("id");
  }

  /** False when no such worker is known: it must register again. */
  public boolean heard(UUID worker, Instant now) {
    return db.query(HEARD, Tuple.of(worker, CircuitRepository.at(now))).size() > 0;
  }

  /**
   * One node of the worker leaves; behind the last one it is lost at once.
   *
   * @return nodes that are left; null when no such worker is known
   */
  public @Nullable Integer leave(UUID worker) {
    var rows = db.query(LEAVE, Tuple.of(worker, CircuitRepository.at(Instant.EPOCH))).iterator();
    return rows.hasNext() ? rows.next().getInteger("nodes") : null;
  }

  public @Nullable Worker find(UUID worker) {
    var found = all(db.query(SELECT + " where w.id = $1", Tuple.of(worker)));
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Those heard of since. */
  public List<Worker> alive(Instant since) {
    return all(
        db.query(
            SELECT + " where w.last_seen > $1 order by w.created_at",
            Tuple.of(CircuitRepository.at(since))));
  }

  /** Deletes silent workers without circuits. */
  public void forgetSilent(Instant since) {
    db.query(FORGET, Tuple.of(CircuitRepository.at(since)));
  }

  /** A coordinator lives at this public base address. */
  public void coordinates(Coordinator coordinator, Instant now) {
    db.query(
        COORDINATES,
        Tuple.of(
            coordinator.address(),
            Math.toIntExact(coordinator.tokenTtl().toSeconds()),
            CircuitRepository.at(now)));
  }

  /** One that was heard of since; null when there is none. */
  public @Nullable Coordinator coordinator(Instant since) {
    var rows = db.query(COORDINATOR, Tuple.of(CircuitRepository.at(since))).iterator();
    if (!rows.hasNext()) {
      return null;
    }
    var row = rows.next();
    return new Coordinator(
        row.getString("address"), Duration.ofSeconds(row.getInteger("token_ttl_s")));
  }

  public void retire(String address) {
    db.query(RETIRE, Tuple.of(address));
  }

  public void retireSilent(Instant since) {
    db.query(RETIRE_SILENT, Tuple.of(CircuitRepository.at(since)));
  }

  private static List<Worker> all(RowSet<Row> rows) {
    var found = new ArrayList<Worker>();
    for (var row : rows) {
      found.add(Worker.of(row));
    }
    return found;
  }
}
