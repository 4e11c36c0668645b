package org.polykern.scheduler.report;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.SessionStatus;

/**
 * A session and its kernels, locked in this transaction: what is read here stays true until it
 * ends.
 *
 * @param ending its end is wanted or under way
 * @param endReason why it ends, when it is on the way
 * @param attempt how many starts were refused before
 * @param kernels main kernel first
 */
record LockedSession(
    SessionId id,
    SessionStatus status,
    boolean ending,
    @Nullable String endReason,
    String scalingGroup,
    int clusterSize,
    int attempt,
    List<KernelRow> kernels) {
  private static final String COLUMNS =
      """
      select s.id, s.status, s.desired, s.status_info, s.scaling_group, s.cluster_size, s.attempt,
        k.id as kernel_id, k.status as kernel_status, k.status_info as kernel_info, k.agent_id,
        k.generation, k.observed_rank, k.excluded_agents, k.exit_code,
        extract(epoch from now() - k.status_changed)::float8 as unchanged_s,
        exists (
          select 1 from status_history h
          where h.session_id = s.id and h.kernel_id = k.id and h.status = 'RUNNING') as ever_ran
      from session s join kernel k on k.session_id = s.id
      """;
  private static final String ORDER =
      " order by (k.cluster_role <> 'main'), k.cluster_idx for update of s, k";
  private static final String BY_KERNEL =
      COLUMNS + "where s.id = (select session_id from kernel where id = $1)" + ORDER;
  private static final String BY_SESSION = COLUMNS + "where s.id = $1" + ORDER;

  /**
   * One kernel of it.
   *
   * @param everRan it has been RUNNING in some generation
   * @param unchangedSeconds age of its status
   */
  record KernelRow(
      KernelId id,
      SessionStatus status,
      @Nullable String info,
      @Nullable AgentId agent,
      int generation,
      int observedRank,
      List<String> excluded,
      @Nullable Integer exitCode,
      boolean everRan,
      double unchangedSeconds) {
    boolean isOn(AgentId other) {
      return other.equals(agent);
    }
  }

  static Optional<LockedSession> ofKernel(Db.Tx tx, KernelId kernel) {
    return read(tx.query(BY_KERNEL, Tuple.of(kernel.value())));
  }

  static Optional<LockedSession> of(Db.Tx tx, SessionId session) {
    return read(tx.query(BY_SESSION, Tuple.of(session.value())));
  }

  KernelRow kernel(KernelId wanted) {
    return kernels.stream().filter(k -> k.id().equals(wanted)).findFirst().orElseThrow();
  }

  KernelRow main() {
    return kernels.getFirst();
  }

  private static Optional<LockedSession> read(RowSet<Row> rows) {
    var kernels = new ArrayList<KernelRow>();
    for (var row : rows) {
      kernels.add(kernel(row));
    }
    if (kernels.isEmpty()) {
      return Optional.empty();
    }
    var first = rows.iterator().next();
    var status = SessionStatus.valueOf(first.getString("status"));
    var underWay = status == SessionStatus.TERMINATING;
    return Optional.of(
        new LockedSession(
            new SessionId(first.getUUID("id")),
            status,
            underWay || first.getString("desired").equals("terminate"),
            underWay ? first.getString("status_info") : null,
            first.getString("scaling_group"),
            first.getInteger("cluster_size"),
            first.getInteger("attempt"),
            List.copyOf(kernels)));
  }

  private static KernelRow kernel(Row row) {
    var agent = row.getString("agent_id");
    UUID id = row.getUUID("kernel_id");
    return new KernelRow(
        new KernelId(id),
        SessionStatus.valueOf(row.getString("kernel_status")),
        row.getString("kernel_info"),
        agent == null ? null : new AgentId(agent),
        row.getInteger("generation"),
        row.getInteger("observed_rank"),
        List.of(row.getArrayOfStrings("excluded_agents")),
        row.getInteger("exit_code"),
        row.getBoolean("ever_ran"),
        row.getDouble("unchanged_s"));
  }
}
