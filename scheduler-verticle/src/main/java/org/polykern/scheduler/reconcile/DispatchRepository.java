package org.polykern.scheduler.reconcile;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;

/** What the loops of this package look for. Blocks. */
public final class DispatchRepository {
  private static final int LIMIT = 2_000;

  private static final String DUE =
      """
      select k.id, k.session_id, k.generation, k.status, k.status_info, k.agent_id, k.cluster_role,
        k.cluster_idx, k.cluster_hostname, k.image, k.requested_slots, k.resource_opts,
        k.shmem_bytes, k.preopen_ports, extract(epoch from now() - k.status_changed)::float8
          as unchanged_s,
        s.name, s.access_key, s.user_id, s.project_id, s.environ, s.bootstrap_script,
        s.startup_command, s.cluster_size, s.desired, s.status as session_status,
        s.status_info as session_info, u.email, u.username, a.status as agent_status,
        array(select h.cluster_hostname from kernel h where h.session_id = s.id
          order by (h.cluster_role <> 'main'), h.cluster_idx) as hosts
      from (
        select id from kernel where status in ('SCHEDULED', 'RESTARTING', 'TERMINATING')
        union
        select m.id from session e join kernel m on m.session_id = e.id
        where e.desired = 'terminate' and e.status not in ('TERMINATED', 'CANCELLED')
          and m.status not in ('TERMINATED', 'CANCELLED')
        limit $1) due
      join kernel k on k.id = due.id
      join session s on s.id = k.session_id
      left join app_user u on u.id = s.user_id
      left join agent a on a.id = k.agent_id\
      """;

  private static final String LOSE =
      """
      update agent set status = 'LOST', status_changed = now(), lost_at = now()
      where status = 'ALIVE' and last_seen < now() - make_interval(secs => $1)
      returning id\
      """;

  private static final String OVERDUE =
      """
      select id, agent_id, generation, status from kernel
      where status in ('SCHEDULED', 'PREPARING', 'PULLING', 'CREATING', 'RESTARTING')
        and agent_id is not null and status_changed < now() - make_interval(secs => $1)
      limit 500\
      """;

  /** A start that takes too long. */
  record Overdue(KernelId id, AgentId agent, int generation, String status) {}

  private final Db db;

  public DispatchRepository(Db db) {
    this.db = db;
  }

  List<DueKernel> due() {
    var due = new ArrayList<DueKernel>();
    for (var row : db.query(DUE, Tuple.of(LIMIT))) {
      due.add(DueKernel.of(row));
    }
    return due;
  }

  /** Marks the silent agents; answers them. Their kernels stay as they are. */
  List<AgentId> loseSilentAgents(Duration silence) {
    var lost = new ArrayList<AgentId>();
    for (var row : db.query(LOSE, Tuple.of(silence.toMillis() / 1000.0))) {
      lost.add(new AgentId(row.getString(0)));
    }
    return lost;
  }

  List<Overdue> overdueStarts(Duration deadline) {
    var overdue = new ArrayList<Overdue>();
    for (var row : db.query(OVERDUE, Tuple.of(deadline.toMillis() / 1000.0))) {
      overdue.add(
          new Overdue(
              new KernelId(row.getUUID("id")),
              new AgentId(row.getString("agent_id")),
              row.getInteger("generation"),
              row.getString("status")));
    }
    return overdue;
  }
}
