package org.polykern.gateway.event;

import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the event log.
 *
 * @param kernelId of kernel events, as the two after it; else null
 * @param clusterIdx counts from 1
 */
record LoggedEvent(
    long seq,
    String name,
    UUID sessionId,
    String sessionName,
    String accessKey,
    UUID userId,
    String domain,
    UUID projectId,
    @Nullable UUID kernelId,
    @Nullable String clusterRole,
    @Nullable Integer clusterIdx,
    String reason,
    @Nullable Integer exitCode) {
  static LoggedEvent of(Row row) {
    return new LoggedEvent(
        row.getLong("seq"),
        row.getString("name"),
        row.getUUID("session_id"),
        row.getString("session_name"),
        row.getString("access_key"),
        row.getUUID("user_id"),
        row.getString("domain_name"),
        row.getUUID("project_id"),
        row.getUUID("kernel_id"),
        row.getString("cluster_role"),
        row.getInteger("cluster_idx"),
        row.getString("reason"),
        row.getInteger("exit_code"));
  }

  /** As clients get it. */
  ServerEvent forClients() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("reason", reason);
    data.put("sessionName", sessionName);
    data.put("ownerAccessKey", accessKey);
    data.put("sessionId", sessionId.toString());
    data.put("exitCode", exitCode);
    if (kernelId != null) {
      data.put("kernelId", kernelId.toString());
      data.put("clusterRole", clusterRole);
      data.put("clusterIdx", clusterIdx);
    }
    return new ServerEvent(Long.toString(seq), name, data);
  }
}
