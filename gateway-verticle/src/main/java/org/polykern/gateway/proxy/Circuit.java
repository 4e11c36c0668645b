package org.polykern.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An address under which a service of a session is to be had.
 *
 * @param app empty for inference
 * @param wildcard whether its name tells it from others, and not its port
 * @param open nobody is asked for a permit or a token
 * @param allowedIps canonical list of blocks; null = from anywhere
 * @param wantedPort the client's wish, taken when it is free
 * @param port null until a worker took one, and in wildcard mode
 * @param secret signs permits and tokens of this circuit alone
 */
public record Circuit(
    UUID id,
    UUID worker,
    String app,
    Protocol protocol,
    boolean inference,
    boolean wildcard,
    JsonObject envs,
    @Nullable String arguments,
    boolean open,
    @Nullable String allowedIps,
    @Nullable Integer wantedPort,
    @Nullable Integer port,
    @Nullable String subdomain,
    @Nullable UUID user,
    @Nullable String accessKey,
    @Nullable UUID endpoint,
    List<Route> routes,
    Buffer secret,
    long requests,
    Instant lastAccess,
    Instant createdAt,
    Instant updatedAt) {

  public Circuit {
    routes = List.copyOf(routes);
  }

  /** Sessions that stand behind it. */
  public List<UUID> sessions() {
    return routes.stream().map(Route::session).distinct().toList();
  }

  static Circuit of(Row row) {
    var routes = row.getJsonArray("routes");
    return new Circuit(
        row.getUUID("id"),
        row.getUUID("worker_id"),
        row.getString("app"),
        Objects.requireNonNull(Protocol.of(row.getString("protocol"))),
        row.getString("app_mode").equals("inference"),
        row.getString("frontend_mode").equals("wildcard"),
        row.getJsonObject("envs"),
        row.getString("arguments"),
        row.getBoolean("open_to_public"),
        row.getString("allowed_client_ips"),
        row.getInteger("wanted_port"),
        row.getInteger("port"),
        row.getString("subdomain"),
        row.getUUID("user_id"),
        row.getString("access_key"),
        row.getUUID("endpoint_id"),
        routes.stream().map(route -> Route.of((JsonObject) route)).toList(),
        row.getBuffer("secret"),
        row.getLong("requests"),
        instant(row, "last_access"),
        instant(row, "created_at"),
        instant(row, "updated_at"));
  }

  static Instant instant(Row row, String column) {
    return row.get(OffsetDateTime.class, column).toInstant();
  }

  /** As the API shows it; the secret stays here. */
  public JsonObject toJson() {
    var backends = new JsonArray();
    routes.forEach(route -> backends.add(route.toJson()));
    var sessions = new JsonArray();
    sessions().forEach(session -> sessions.add(session.toString()));
    return new JsonObject()
        .put("id", id.toString())
        .put("app", app)
        .put("protocol", protocol.label())
        .put("worker", worker.toString())
        .put("app_mode", inference ? "inference" : "interactive")
        .put("frontend_mode", wildcard ? "wildcard" : "port")
        .put("envs", envs)
        .put("arguments", arguments)
        .put("open_to_public", open)
        .put("allowed_client_ips", allowedIps)
        .put("port", port)
        .put("subdomain", subdomain)
        .put("user_id", user == null ? null : user.toString())
        .put("endpoint_id", endpoint == null ? null : endpoint.toString())
        .put("route_info", backends)
        .put("session_ids", sessions)
        .put("created_at", createdAt.toString())
        .put("updated_at", updatedAt.toString());
  }
}
