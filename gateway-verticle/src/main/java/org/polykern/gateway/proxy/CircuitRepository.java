package org.polykern.gateway.proxy;

import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.db.UniqueViolationException;

/** The rows of circuits; blocks. */
public final class CircuitRepository {
  private static final String INSERT =
      """
      insert into proxy_circuit (id, worker_id, app, protocol, app_mode, frontend_mode, envs,
        arguments, open_to_public, allowed_client_ips, wanted_port, subdomain, user_id, access_key,
        endpoint_id, session_ids, routes, secret, last_access, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $19, $19)\
      """;

  private static final String BY_ID = "select * from proxy_circuit where id = $1";
  private static final String OF_WORKER = "select * from proxy_circuit where worker_id = $1";
  private static final String OF_SESSION =
      "select * from proxy_circuit where $1 = any (session_ids)";
  private static final String OF_ENDPOINT = "select * from proxy_circuit where endpoint_id = $1";

  private static final String REUSABLE =
      """
      select c.* from proxy_circuit c join proxy_worker w on w.id = c.worker_id
      where $1 = any (c.session_ids) and c.app = $2 and c.protocol = $3 and c.open_to_public = $4
        and c.allowed_client_ips is not distinct from $5 and c.app_mode = 'interactive'
        and (c.routes -> 0 ->> 'kernel_port')::int is not distinct from $7
        and w.last_seen > $6
      order by c.created_at desc limit 1\
      """;

  private static final String DELETE = "delete from proxy_circuit where id = any ($1) returning *";
  private static final String DELETE_OF_SESSION =
      """
      delete from proxy_circuit where $1 = any (session_ids) and app_mode = 'interactive'
      returning *\
      """;
  private static final String DELETE_OF_APP =
      """
      delete from proxy_circuit where $1 = any (session_ids) and app = $2
        and app_mode = 'interactive' returning *\
      """;
  private static final String DELETE_IDLE =
      """
      delete from proxy_circuit where app_mode = 'interactive' and last_access < $1 returning *\
      """;
  private static final String DELETE_ENDED =
      """
      delete from proxy_circuit c where app_mode = 'interactive' and not exists (
        select 1 from session s where s.id = any (c.session_ids)
          and s.status not in ('TERMINATED', 'CANCELLED')) returning *\
      """;
  private static final String DELETE_LOST =
      """
      delete from proxy_circuit c using proxy_worker w
      where w.id = c.worker_id and w.last_seen < $1 returning c.*\
      """;

  private static final String SET_PORT =
      "update proxy_circuit set port = $3 where id = $1 and worker_id = $2 returning *";
  private static final String SET_ROUTES =
      """
      update proxy_circuit set routes = $2, session_ids = $3, open_to_public = $4, protocol = $5,
        updated_at = $6 where id = $1 returning *\
      """;
  private static final String USED =
      """
      update proxy_circuit set requests = requests + $2, last_access = greatest(last_access, $3)
      where id = $1\
      """;

  private final Db db;

  public CircuitRepository(Db db) {
    this.db = db;
  }

  /** False when its sub-domain or its endpoint is taken. */
  public boolean insert(Circuit circuit) {
    var values =
        Tuple.tuple()
            .addUUID(circuit.id())
            .addUUID(circuit.worker())
            .addString(circuit.app())
            .addString(circuit.protocol().label())
            .addString(circuit.inference() ? "inference" : "interactive")
            .addString(circuit.wildcard() ? "wildcard" : "port")
            .addJsonObject(circuit.envs())
            .addString(circuit.arguments())
            .addBoolean(circuit.open())
            .addString(circuit.allowedIps())
            .addInteger(circuit.wantedPort())
            .addString(circuit.subdomain())
            .addUUID(circuit.user())
            .addString(circuit.accessKey())
            .addUUID(circuit.endpoint())
            .addArrayOfUUID(circuit.sessions().toArray(UUID[]::new))
            .addJsonArray(routes(circuit.routes()))
            .addBuffer(circuit.secret())
            .addOffsetDateTime(at(circuit.createdAt()));
    try {
      db.query(INSERT, values);
      return true;
    } catch (UniqueViolationException taken) {
      return false;
    }
  }

  public @Nullable Circuit find(UUID id) {
    return first(db.query(BY_ID, Tuple.of(id)));
  }

  public @Nullable Circuit ofEndpoint(UUID endpoint) {
    return first(db.query(OF_ENDPOINT, Tuple.of(endpoint)));
  }

  public List<Circuit> ofWorker(UUID worker) {
    return all(db.query(OF_WORKER, Tuple.of(worker)));
  }

  public List<Circuit> ofSession(UUID session) {
    return all(db.query(OF_SESSION, Tuple.of(session)));
  }

  /**
   * One that leads to the same place under the same conditions, on a worker heard of since {@code
   * aliveSince}.
   */
  public @Nullable Circuit reusable(
      UUID session,
      String app,
      Protocol protocol,
      boolean open,
      @Nullable String allowedIps,
      @Nullable Integer port,
      Instant aliveSince) {
    return first(
        db.query(
            REUSABLE,
            Tuple.tuple()
                .addUUID(session)
                .addString(app)
                .addString(protocol.label())
                .addBoolean(open)
                .addString(allowedIps)
                .addOffsetDateTime(at(aliveSince))
                .addInteger(port)));
  }

  /** Returns what was deleted, here and below. */
  public List<Circuit> delete(List<UUID> ids) {
    return all(db.query(DELETE, Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new))));
  }

  public List<Circuit> deleteOfSession(UUID session) {
    return all(db.query(DELETE_OF_SESSION, Tuple.of(session)));
  }

  public List<Circuit> deleteOfApp(UUID session, String app) {
    return all(db.query(DELETE_OF_APP, Tuple.of(session, app)));
  }

  public List<Circuit> deleteIdleSince(Instant instant) {
    return all(db.query(DELETE_IDLE, Tuple.of(at(instant))));
  }

  /** Those whose sessions have all ended. */
  public List<Circuit> deleteEnded() {
    return all(db.query(DELETE_ENDED, Tuple.tuple()));
  }

  /** Those on workers that were not heard of since. */
  public List<Circuit> deleteLost(Instant aliveSince) {
    return all(db.query(DELETE_LOST, Tuple.of(at(aliveSince))));
  }

  /** With its port; null when the circuit is gone, or another one of the worker has that port. */
  public @Nullable Circuit setPort(UUID id, UUID worker, int port) {
    try {
      return first(db.query(SET_PORT, Tuple.of(id, worker, port)));
    } catch (UniqueViolationException taken) {
      return null;
    }
  }

  /** New back ends under the same address; null when the circuit is gone. */
  public @Nullable Circuit update(
      UUID id, List<Route> routes, boolean open, Protocol protocol, Instant now) {
    var sessions = routes.stream().map(Route::session).distinct().toArray(UUID[]::new);
    return first(
        db.query(
            SET_ROUTES,
            Tuple.tuple()
                .addUUID(id)
                .addJsonArray(routes(routes))
                .addArrayOfUUID(sessions)
                .addBoolean(open)
                .addString(protocol.label())
                .addOffsetDateTime(at(now))));
  }

  /** Adds to the statistics. */
  public void used(UUID id, long requests, Instant lastAccess) {
    db.query(USED, Tuple.of(id, requests, at(lastAccess)));
  }

  private static JsonArray routes(List<Route> routes) {
    var array = new JsonArray();
    routes.forEach(route -> array.add(route.toJson()));
    return array;
  }

  private static @Nullable Circuit first(RowSet<Row> rows) {
    var iterator = rows.iterator();
    return iterator.hasNext() ? Circuit.of(iterator.next()) : null;
  }

  private static List<Circuit> all(RowSet<Row> rows) {
    var found = new ArrayList<Circuit>();
    for (var row : rows) {
      found.add(Circuit.of(row));
    }
    return found;
  }

  static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
