package org.polykern.gateway.session;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.http.Json;

/** Tells all about one session. */
final class SessionInfo {
  private static final String OCCUPIED =
      """
      select a.slot_name, sum(a.amount) as amount
      from allocation a join kernel k on k.id = a.kernel_id
      where k.session_id = $1 group by a.slot_name order by a.slot_name\
      """;

  private static final String HISTORY =
      """
      select status, max(at) as at from status_history
      where session_id = $1 and kernel_id is null group by status order by max(at)\
      """;

  private final Db db;
  private final InstantSource clock;

  SessionInfo(Db db, InstantSource clock) {
    this.db = db;
    this.clock = clock;
  }

  Map<String, Object> of(SessionRow row) {
    var info = new LinkedHashMap<String, Object>();
    info.put("domainName", row.domain());
    info.put("groupId", row.projectId().toString());
    info.put("userId", row.userId().toString());
    info.put("lang", row.image());
    info.put("image", row.image());
    info.put("architecture", row.architecture());
    info.put("registry", registryOf(row.image()));
    info.put("tag", row.tag());
    info.put("containerId", row.containerId() == null ? "" : row.containerId());
    var occupied = occupied(row);
    info.put("occupiedSlots", Json.text(occupied));
    info.put("occupiedShares", "{}");
    info.put("occupyingSlots", occupied);
    info.put("requestedSlots", row.requestedSlots().getMap());
    info.put("environ", Json.text(environList(row.environ())));
    info.put("status", row.status().publicName());
    info.put("statusInfo", row.statusInfo() == null ? "" : row.statusInfo());
    info.put("statusData", row.statusData().isEmpty() ? null : row.statusData().getMap());
    var end = row.terminatedAt() == null ? clock.instant() : row.terminatedAt().toInstant();
    info.put("age", Duration.between(row.createdAt().toInstant(), end).toMillis());
    info.put("creationTime", row.createdAt().toString());
    info.put("terminationTime", text(row.terminatedAt()));
    info.put("numQueriesExecuted", row.numQueries());
    var stat = row.lastStat();
    info.put("lastStat", stat == null ? null : stat.getMap());
    info.put("idleChecks", Map.of());
    info.put("sessionId", row.id().toString());
    info.put("sessionName", row.name());
    info.put("servicePorts", ServicePorts.forClients(row.servicePorts()));
    return info;
  }

  /** Lower-case status to the moment it was entered last. */
  Map<String, String> history(SessionRow row) {
    var history = new LinkedHashMap<String, String>();
    for (var entry : db.query(HISTORY, Tuple.of(row.id().value()))) {
      var status = SessionStatus.valueOf(entry.getString("status"));
      var at = entry.getOffsetDateTime("at").toString();
      history.put(status.name().toLowerCase(Locale.ROOT), at);
      // Clients of v6 know CREATING by the name of the step before it.
      history.putIfAbsent(status.publicName().toLowerCase(Locale.ROOT), at);
    }
    return history;
  }

  private Map<String, String> occupied(SessionRow row) {
    var slots = new TreeMap<String, String>();
    for (var slot : db.query(OCCUPIED, Tuple.of(row.id().value()))) {
      slots.put(
          slot.getString("slot_name"),
          slot.getBigDecimal("amount").stripTrailingZeros().toPlainString());
    }
    return slots;
  }

  private static java.util.List<String> environList(JsonObject environ) {
    return environ.stream().map(entry -> entry.getKey() + "=" + entry.getValue()).toList();
  }

  private static String registryOf(String image) {
    var slash = image.indexOf('/');
    return slash < 0 ? "" : image.substring(0, slash);
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
