package org.polykern.gateway.event;

import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A background task as its row says. {@code status}: started, done, cancelled, failed. */
record TaskState(
    UUID id, UUID userId, String status, String message, double current, double total) {
  static TaskState of(Row row) {
    return new TaskState(
        row.getUUID("id"),
        row.getUUID("user_id"),
        row.getString("status"),
        row.getString("message"),
        row.getDouble("current_progress"),
        row.getDouble("total_progress"));
  }

  boolean isOver() {
    return !status.equals("started");
  }

  ServerEvent forClients() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("task_id", id.toString());
    data.put("message", message);
    if (!isOver()) {
      data.put("current_progress", current);
      data.put("total_progress", total);
    }
    return new ServerEvent(null, isOver() ? "bgtask_" + status : "bgtask_updated", data);
  }
}
