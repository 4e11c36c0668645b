package org.polykern.gateway.session;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.SessionStatus;

/**
 * A session with what its main kernel adds.
 *
 * @param agentId where the main kernel is placed, or null
 * @param lastStat metrics by name, or null
 */
public record SessionRow(
    SessionId id,
    String name,
    SessionStatus status,
    @Nullable String statusInfo,
    JsonObject statusData,
    String accessKey,
    String domain,
    UUID projectId,
    UUID userId,
    String image,
    String architecture,
    @Nullable String tag,
    JsonObject environ,
    JsonObject requestedSlots,
    OffsetDateTime createdAt,
    @Nullable OffsetDateTime terminatedAt,
    long numQueries,
    int generation,
    KernelId kernelId,
    @Nullable AgentId agentId,
    @Nullable String containerId,
    JsonArray servicePorts,
    @Nullable JsonObject lastStat) {

  /** What {@link #of} reads; tables {@code session s} and {@code kernel k}. */
  static final String COLUMNS =
      """
      s.id, s.name, s.status, s.status_info, s.status_data, s.access_key, s.domain_name,
      s.project_id, s.user_id, s.image, s.architecture, s.tag, s.environ, s.requested_slots,
      s.created_at, s.terminated_at, s.num_queries, s.generation,
      k.id as kernel_id, k.agent_id, k.container_id, k.service_ports, k.last_stat\
      """;

  static SessionRow of(Row row) {
    var agent = row.getString("agent_id");
    return new SessionRow(
        new SessionId(row.getUUID("id")),
        row.getString("name"),
        SessionStatus.valueOf(row.getString("status")),
        row.getString("status_info"),
        row.getJsonObject("status_data"),
        row.getString("access_key"),
        row.getString("domain_name"),
        row.getUUID("project_id"),
        row.getUUID("user_id"),
        row.getString("image"),
        row.getString("architecture"),
        row.getString("tag"),
        row.getJsonObject("environ"),
        row.getJsonObject("requested_slots"),
        row.getOffsetDateTime("created_at"),
        row.getOffsetDateTime("terminated_at"),
        Objects.requireNonNull(row.getLong("num_queries")),
        Objects.requireNonNull(row.getInteger("generation")),
        new KernelId(row.getUUID("kernel_id")),
        agent == null ? null : new AgentId(agent),
        row.getString("container_id"),
        row.getJsonArray("service_ports"),
        row.getJsonObject("last_stat"));
  }
}
