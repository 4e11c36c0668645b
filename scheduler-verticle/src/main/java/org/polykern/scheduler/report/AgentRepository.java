package org.polykern.scheduler.report;

import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.polykern.common.bus.AgentReport.Heartbeat;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Rows of agents and of what they offer. Never touches {@code occupied}. Blocks. */
public final class AgentRepository {
  // The manager's resource group wins over the agent's after the first registration. The old values
  // are read without a lock: FOR UPDATE would run after the update and then find no row.
  private static final String UPSERT =
      """
      with old as (select status, incarnation, unreachable from agent where id = $1)
      insert into agent (id, incarnation, scaling_group, status, architecture, backend, version,
        addr)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (id) do update set incarnation = excluded.incarnation, status = excluded.status,
        status_changed = case when agent.status = excluded.status then agent.status_changed
          else now() end,
        architecture = excluded.architecture, backend = excluded.backend,
        version = excluded.version, addr = excluded.addr, last_seen = now(), unreachable = false,
        lost_at = case when excluded.status = 'ALIVE' then null else now() end
      returning coalesce((select status from old), 'NEW') as old_status,
        (select incarnation from old) as old_incarnation,
        coalesce((select unreachable from old), false) as was_unreachable,
        not exists (select 1 from agent_image i where i.agent_id = agent.id) as no_images\
      """;

  private static final String GROUP_EXISTS = "select 1 from scaling_group where name = $1";

  private static final String SLOT_TYPES =
      """
      insert into slot_type (slot_name, unit)
      select * from unnest($1::text[], $2::text[]) on conflict do nothing\
      """;

  private static final String CAPACITY =
      """
      insert into agent_capacity as c (agent_id, slot_name, capacity)
      select $1, d.slot_name, d.amount::numeric
      from unnest($2::text[], $3::text[]) as d (slot_name, amount) order by d.slot_name
      on conflict (agent_id, slot_name) do update set capacity = excluded.capacity
      where c.capacity <> excluded.capacity
      returning slot_name\
      """;

  private static final String VANISHED_SLOTS =
      """
      update agent_capacity set capacity = 0
      where agent_id = $1 and slot_name <> all($2) and capacity <> 0\
      """;

  private static final String BELIEVED =
      """
      select id, session_id, generation, status, observed_rank,
        extract(epoch from now() - status_changed)::float8 as unchanged_s
      from kernel
      where agent_id = $1 and status not in ('PENDING', 'TERMINATED', 'CANCELLED')\
      """;

  private static final String UNREACHABLE =
      "update agent set unreachable = true where id = $1 and not unreachable";

  /**
   * What a heartbeat changed.
   *
   * @param news placement may find room that was not there before
   * @param restarted the agent's process is another one than last time
   */
  record Registration(boolean news, boolean restarted, boolean wasUnreachable, boolean noImages) {}

  /** A kernel that the rows place on an agent. */
  record Believed(
      KernelId id,
      SessionId session,
      int generation,
      String status,
      int observedRank,
      double unchangedSeconds) {}

  private final Db db;

  public AgentRepository(Db db) {
    this.db = db;
  }

  /** Writes one heartbeat. */
  Registration register(Heartbeat beat) {
    return db.inTransaction(tx -> {
      if (tx.query(GROUP_EXISTS, Tuple.of(beat.scalingGroup())).size() == 0) {
        throw Problem.of(
                ProblemCode.OBJECT_NOT_FOUND,
                "Expected a known resource group, but agent "
                    + beat.agentId()
                    + " names '"
                    + beat.scalingGroup()
                    + "'; create it or change the agent's scaling-group.")
            .toException();
      }
      var row =
          tx.query(
                  UPSERT,
                  Tuple.tuple()
                      .addString(beat.agentId().value())
                      .addUUID(beat.incarnation())
                      .addString(beat.scalingGroup())
                      .addString(beat.leaving() ? "TERMINATED" : "ALIVE")
                      .addString(beat.architecture())
                      .addString(beat.backend())
                      .addString(beat.version())
                      .addString(beat.address()))
              .iterator()
              .next();
      var capacityChanged = capacity(tx, beat);
      UUID oldIncarnation = row.getUUID("old_incarnation");
      return new Registration(
          capacityChanged || !row.getString("old_status").equals("ALIVE"),
          !beat.incarnation().equals(oldIncarnation),
          row.getBoolean("was_unreachable"),
          row.getBoolean("no_images"));
    });
  }

  private static boolean capacity(Db.Tx tx, Heartbeat beat) {
    var units = new TreeMap<>(beat.slotUnits());
    tx.query(
        SLOT_TYPES,
        Tuple.tuple()
            .addArrayOfString(units.keySet().toArray(String[]::new))
            .addArrayOfString(units.values().toArray(String[]::new)));
    var amounts = beat.capacity().amounts();
    var slots = amounts.keySet().toArray(String[]::new);
    var changed =
        tx.query(
            CAPACITY,
            Tuple.tuple()
                .addString(beat.agentId().value())
                .addArrayOfString(slots)
                .addArrayOfString(
                    amounts.values().stream()
                        .map(BigDecimal::toPlainString)
                        .toArray(String[]::new)));
    tx.query(
        VANISHED_SLOTS, Tuple.tuple().addString(beat.agentId().value()).addArrayOfString(slots));
    return changed.size() > 0;
  }

  /** The live kernels that the rows place on the agent. */
  List<Believed> believed(AgentId agent) {
    var kernels = new ArrayList<Believed>();
    for (var row : db.query(BELIEVED, Tuple.of(agent.value()))) {
      kernels.add(
          new Believed(
              new KernelId(row.getUUID("id")),
              new SessionId(row.getUUID("session_id")),
              row.getInteger("generation"),
              row.getString("status"),
              row.getInteger("observed_rank"),
              row.getDouble("unchanged_s")));
    }
    return kernels;
  }

  /** Its bus addresses did not answer; its next heartbeat will be told so. */
  public void unreachable(AgentId agent) {
    db.query(UNREACHABLE, Tuple.of(agent.value()));
  }
}
