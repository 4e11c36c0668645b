package org.polykern.scheduler.queue;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.scheduler.SlotsJson;
import org.polykern.scheduler.queue.PendingSession.KnownDeferral;

/** Reads the queue. Blocks. */
public final class PendingSessions {
  private static final String READ =
      """
      select s.id, s.scaling_group, s.priority, s.created_at, s.cluster_mode, s.cluster_size,
        s.status_data, k.id as kernel_id, k.requested_slots, k.image, k.architecture,
        k.excluded_agents
      from scaling_group g cross join lateral (
        select * from session w
        where w.scaling_group = g.name and w.status = 'PENDING' and w.desired = 'run'
          and (w.starts_at is null or w.starts_at <= now())
          and not exists (
            select 1 from session_dependency d join session p on p.id = d.depends_on
            where d.session_id = w.id and p.result <> 'success')
        order by w.priority desc, w.created_at, w.id limit $1) s
      join kernel k on k.session_id = s.id and k.status = 'PENDING'
      order by s.priority desc, s.created_at, s.id, (k.cluster_role <> 'main'), k.cluster_idx\
      """;

  private final Db db;

  public PendingSessions(Db db) {
    this.db = db;
  }

  /**
   * The first sessions of every resource group's queue, in {@link FifoOrder}. Sessions whose time
   * has not come, or whose dependencies have not succeeded, do not wait yet.
   *
   * @param limit sessions per resource group, so that a crowded one does not crowd out the others
   */
  public List<PendingSession> read(int limit) {
    var rowsBySession = new LinkedHashMap<UUID, List<Row>>();
    for (var row : db.query(READ, Tuple.of(limit))) {
      rowsBySession.computeIfAbsent(row.getUUID("id"), id -> new ArrayList<>()).add(row);
    }
    return rowsBySession.values().stream()
        .map(PendingSessions::session)
        .sorted(FifoOrder.COMPARATOR)
        .toList();
  }

  private static PendingSession session(List<Row> rows) {
    var first = rows.getFirst();
    return new PendingSession(
        new SessionId(first.getUUID("id")),
        first.getString("scaling_group"),
        first.getInteger("priority"),
        first.getOffsetDateTime("created_at").withOffsetSameInstant(ZoneOffset.UTC).toInstant(),
        first.getInteger("cluster_size") == 1
            || first.getString("cluster_mode").equals("single-node"),
        rows.stream().map(PendingSessions::kernel).toList(),
        known(first.getJsonObject("status_data")));
  }

  private static PendingKernel kernel(Row row) {
    return new PendingKernel(
        new KernelId(row.getUUID("kernel_id")),
        SlotsJson.read(row.getJsonObject("requested_slots")),
        row.getString("image"),
        row.getString("architecture"),
        Arrays.stream(row.getArrayOfStrings("excluded_agents"))
            .map(AgentId::new)
            .collect(Collectors.toSet()));
  }

  private static KnownDeferral known(JsonObject statusData) {
    var scheduler = statusData.getJsonObject("scheduler");
    return scheduler == null
        ? KnownDeferral.NONE
        : new KnownDeferral(scheduler.getInteger("retries", 0), scheduler.getString("msg", ""));
  }
}
