package org.polykern.gateway.create;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.UUID;
import org.polykern.common.db.Db;
import org.polykern.common.id.KernelId;
import org.polykern.common.session.Lifecycle;

/** Writes a new session: its row, its kernels' rows, its history, in one transaction. */
final class SessionInsert {
  private static final String SESSION =
      """
      insert into session (
        id, name, session_type, priority, cluster_mode, cluster_size, domain_name, project_id,
        user_id, access_key, scaling_group, tag, image, architecture, environ, bootstrap_script,
        startup_command, callback_url, requested_slots, starts_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20)\
      """;

  private static final String KERNEL =
      """
      insert into kernel (
        id, session_id, cluster_role, cluster_idx, cluster_hostname, image, architecture,
        requested_slots, resource_opts, shmem_bytes, preopen_ports, excluded_agents)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)\
      """;

  private static final String DEPENDENCY =
      """
      insert into session_dependency (session_id, depends_on)
      select $1, d from unnest($2::uuid[]) as d on conflict do nothing\
      """;

  private SessionInsert() {}

  /** Throws UniqueViolationException when the owner has a live session of that name. */
  static void insert(Db db, NewSession session) {
    db.inTransaction(tx -> {
      tx.query(SESSION, sessionRow(session));
      for (var index = 0; index < session.request().clusterSize(); index++) {
        tx.query(KERNEL, kernelRow(session, index));
      }
      if (!session.dependencies().isEmpty()) {
        tx.query(
            DEPENDENCY,
            Tuple.tuple()
                .addUUID(session.id().value())
                .addArrayOfUUID(session.dependencies().toArray(UUID[]::new)));
      }
      Lifecycle.enqueued(tx, session.id());
      return session;
    });
  }

  private static Tuple sessionRow(NewSession s) {
    var r = s.request();
    return Tuple.tuple()
        .addUUID(s.id().value())
        .addString(r.name())
        .addString(r.type())
        .addInteger(r.priority())
        .addString(r.clusterMode())
        .addInteger(r.clusterSize())
        .addString(s.place().domain())
        .addUUID(s.place().projectId())
        .addUUID(s.owner().userId())
        .addString(s.owner().accessKey())
        .addString(s.place().scalingGroup())
        .addString(r.tag())
        .addString(s.image().name())
        .addString(s.image().architecture())
        .addJsonObject(new JsonObject(new HashMap<>(s.environ())))
        .addString(s.bootstrapScript())
        .addString(r.startupCommand())
        .addString(r.callbackUrl())
        .addJsonObject(new JsonObject(new HashMap<>(s.granted().slots().toText())))
        .addOffsetDateTime(s.startsAt());
  }

  private static Tuple kernelRow(NewSession s, int index) {
    var main = index == 0;
    var id = main ? new KernelId(s.id().value()) : KernelId.random();
    var ports = s.request().config().preopenPorts().toArray(Integer[]::new);
    return Tuple.tuple()
        .addUUID(id.value())
        .addUUID(s.id().value())
        .addString(main ? "main" : "sub")
        .addInteger(main ? 1 : index)
        .addString(main ? "main1" : "sub" + index)
        .addString(s.image().name())
        .addString(s.image().architecture())
        .addJsonObject(new JsonObject(new HashMap<>(s.granted().slots().toText())))
        .addJsonObject(new JsonObject(new HashMap<>(s.request().config().resourceOptions())))
        .addLong(s.granted().shmemBytes())
        .addArrayOfInteger(ports)
        .addArrayOfString(s.excludedAgents().toArray(String[]::new));
  }
}
