package org.polykern.gateway.proxy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A worker as its row has it.
 *
 * @param authority the name it keeps
 * @param firstPort null: any free port, or wildcard mode
 * @param filters list of {@code {key, value}}
 * @param occupied circuits that it has
 */
public record Worker(
    UUID id,
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
    JsonArray filters,
    int nodes,
    Instant createdAt,
    Instant updatedAt,
    Instant lastSeen,
    int occupied) {
  /** Slots without a number: any free port of the machine, or any name. */
  public static final int UNLIMITED = -1;

  public Worker {
    traffics = List.copyOf(traffics);
  }

  static Worker of(Row row) {
    return new Worker(
        row.getUUID("id"),
        row.getString("authority"),
        row.getString("frontend_mode").equals("wildcard"),
        row.getString("protocol"),
        row.getString("hostname"),
        row.getBoolean("use_tls"),
        row.getInteger("api_port"),
        row.getInteger("first_port"),
        row.getInteger("last_port"),
        row.getString("wildcard_domain"),
        row.getInteger("wildcard_port"),
        row.getBoolean("filtered_apps_only"),
        List.of(row.getArrayOfStrings("accepted_traffics")),
        row.getJsonArray("app_filters"),
        row.getInteger("nodes"),
        Circuit.instant(row, "created_at"),
        Circuit.instant(row, "updated_at"),
        Circuit.instant(row, "last_seen"),
        row.getInteger("occupied"));
  }

  public int availableSlots() {
    return firstPort == null || lastPort == null
        ? UNLIMITED
        : Math.max(0, lastPort - firstPort + 1 - occupied);
  }

  /** Where browsers find the circuit, without a slash at the end. */
  public String baseOf(Circuit circuit) {
    var scheme = tls ? "https" : "http";
    if (circuit.wildcard()) {
      return scheme + "://" + circuit.subdomain() + "." + wildcardDomain + portPart(wildcardPort);
    }
    return scheme + "://" + bracketed(hostname) + portPart(circuit.port());
  }

  /** The worker's own address. */
  public String apiBase() {
    return (tls ? "https" : "http") + "://" + bracketed(hostname) + portPart(apiPort);
  }

  public String tcpBaseOf(Circuit circuit) {
    return "tcp://" + bracketed(hostname) + ":" + circuit.port();
  }

  private String portPart(@Nullable Integer port) {
    var standard = tls ? 443 : 80;
    return port == null || port == standard ? "" : ":" + port;
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  /** As the API shows it. */
  public JsonObject toJson() {
    var range = firstPort == null ? null : new JsonArray().add(firstPort).add(lastPort);
    return new JsonObject()
        .put("id", id.toString())
        .put("authority", authority)
        .put("frontend_mode", wildcard ? "wildcard" : "port")
        .put("protocol", protocol)
        .put("hostname", hostname)
        .put("use_tls", tls)
        .put("api_port", apiPort)
        .put("port_range", range)
        .put("wildcard_domain", wildcardDomain)
        .put("filtered_apps_only", filteredOnly)
        .put("accepted_traffics", new JsonArray(traffics))
        .put("nodes", nodes)
        .put("available_slots", availableSlots())
        .put("occupied_slots", occupied)
        .put("slots", new JsonArray())
        .put("created_at", createdAt.toString())
        .put("updated_at", updatedAt.toString());
  }
}
