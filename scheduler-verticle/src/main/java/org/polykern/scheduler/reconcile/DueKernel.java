package org.polykern.scheduler.reconcile;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.session.SessionStatus;
import org.polykern.scheduler.SlotsJson;

/**
 * A kernel whose agent must be told something.
 *
 * @param agent null when it was never placed
 * @param agentAlive whether its agent was heard of lately
 * @param ending its end is wanted (else: its start)
 * @param endReason for the agent and the rows
 * @param unchangedSeconds age of its status
 */
record DueKernel(
    KernelId id,
    SessionId session,
    int generation,
    SessionStatus status,
    @Nullable AgentId agent,
    boolean agentAlive,
    boolean ending,
    String endReason,
    double unchangedSeconds,
    KernelSpec spec) {

  static DueKernel of(Row row) {
    var status = SessionStatus.valueOf(row.getString("status"));
    var sessionEnds = row.getString("session_status").equals("TERMINATING");
    var agent = row.getString("agent_id");
    var reason =
        status == SessionStatus.TERMINATING
            ? row.getString("status_info")
            : sessionEnds ? row.getString("session_info") : null;
    return new DueKernel(
        new KernelId(row.getUUID("id")),
        new SessionId(row.getUUID("session_id")),
        row.getInteger("generation"),
        status,
        agent == null ? null : new AgentId(agent),
        "ALIVE".equals(row.getString("agent_status")),
        status == SessionStatus.TERMINATING
            || sessionEnds
            || row.getString("desired").equals("terminate"),
        reason == null ? "user-requested" : reason,
        row.getDouble("unchanged_s"),
        spec(row));
  }

  boolean forced() {
    return endReason.equals("force-terminated");
  }

  /** What it asks for; a repetition of the same is the same command. */
  String wish() {
    return (ending ? "stop/" : "start/") + generation;
  }

  private static KernelSpec spec(Row row) {
    return new KernelSpec(
        new KernelId(row.getUUID("id")),
        new SessionId(row.getUUID("session_id")),
        row.getString("name"),
        row.getString("access_key"),
        row.getUUID("user_id").toString(),
        row.getUUID("project_id").toString(),
        row.getString("image"),
        SlotsJson.read(row.getJsonObject("requested_slots")),
        row.getLong("shmem_bytes"),
        environ(row),
        row.getString("cluster_hostname"),
        row.getString("bootstrap_script"),
        row.getString("startup_command"),
        ports(row),
        row.getJsonObject("resource_opts").getMap());
  }

  private static List<Integer> ports(Row row) {
    return List.of(row.getArrayOfIntegers("preopen_ports"));
  }

  /** The user's variables under the system's, which win. */
  private static Map<String, String> environ(Row row) {
    var environ = new HashMap<String, String>();
    JsonObject own = row.getJsonObject("environ");
    own.forEach(variable -> environ.put(variable.getKey(), String.valueOf(variable.getValue())));
    var hosts = row.getArrayOfStrings("hosts");
    var role = row.getString("cluster_role");
    var index = row.getInteger("cluster_idx");
    environ.put("BACKENDAI_SESSION_ID", row.getUUID("session_id").toString());
    environ.put("BACKENDAI_SESSION_NAME", row.getString("name"));
    environ.put("BACKENDAI_CLUSTER_SIZE", row.getInteger("cluster_size").toString());
    environ.put("BACKENDAI_CLUSTER_REPLICAS", replicas(hosts.length));
    environ.put("BACKENDAI_CLUSTER_HOSTS", String.join(",", hosts));
    environ.put("BACKENDAI_ACCESS_KEY", row.getString("access_key"));
    environ.put("BACKENDAI_KERNEL_ID", row.getUUID("id").toString());
    environ.put("BACKENDAI_KERNEL_IMAGE", row.getString("image"));
    environ.put("BACKENDAI_CLUSTER_ROLE", role);
    environ.put("BACKENDAI_CLUSTER_IDX", index.toString());
    environ.put("BACKENDAI_CLUSTER_HOST", row.getString("cluster_hostname"));
    environ.put("BACKENDAI_CLUSTER_LOCAL_RANK", role.equals("main") ? "0" : index.toString());
    environ.put("BACKENDAI_USER_UUID", row.getUUID("user_id").toString());
    putIfPresent(environ, "BACKENDAI_USER_EMAIL", row.getString("email"));
    putIfPresent(environ, "BACKENDAI_USER_NAME", row.getString("username"));
    var preopen = Arrays.stream(row.getArrayOfIntegers("preopen_ports")).map(String::valueOf);
    environ.put("BACKENDAI_PREOPEN_PORTS", String.join(",", preopen.toList()));
    return environ;
  }

  private static String replicas(int size) {
    return size == 1 ? "main:1" : "main:1,sub:" + (size - 1);
  }

  private static void putIfPresent(Map<String, String> map, String key, @Nullable String value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
