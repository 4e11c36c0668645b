package org.polykern.gateway.system;

import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.BodyKind;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.rate.RedisLink;

/** Routes about the service itself. */
public final class SystemRoutes {
  private static final String ANNOUNCEMENT =
      "select value from config where key = 'manager/announcement'";
  private static final String ACTIVE =
      "select count(*) from session where status not in ('TERMINATED', 'CANCELLED')";
  private static final String SLOTS = "select slot_name, unit from slot_type";

  /** What the service says of itself. */
  public record Identity(String apiVersion, String managerVersion, String address) {}

  private final Db db;
  private final Health health;
  private final Identity identity;

  public SystemRoutes(Db db, RedisLink redis, Bus bus, Identity identity) {
    this.db = db;
    this.health = new Health(db, redis, bus);
    this.identity = identity;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.of(HttpMethod.GET, "/", Access.ANONYMOUS, this::version),
        Endpoint.of(HttpMethod.GET, "/healthz", Access.ANONYMOUS, health::answer),
        Endpoint.of(HttpMethod.GET, "/manager/announcement", Access.ANONYMOUS, this::announcement),
        Endpoint.of(HttpMethod.GET, "/manager/status", Access.ANONYMOUS, this::status),
        new Endpoint(
            HttpMethod.GET,
            List.of("/config/resource-slots", "/etcd/resource-slots"),
            Access.ANONYMOUS,
            BodyKind.BYTES,
            this::resourceSlots),
        new Endpoint(
            HttpMethod.GET,
            List.of("/auth", "/auth/test"),
            Access.USER,
            BodyKind.BYTES,
            this::echo),
        new Endpoint(
            HttpMethod.POST,
            List.of("/auth", "/auth/test"),
            Access.USER,
            BodyKind.BYTES,
            this::echo));
  }

  private Answer version(Call call) {
    var body = new LinkedHashMap<String, Object>();
    body.put("version", identity.apiVersion());
    body.put("manager", identity.managerVersion());
    return Answer.ok(body);
  }

  private Answer announcement(Call call) {
    var rows = db.query(ANNOUNCEMENT, Tuple.tuple()).iterator();
    var message = rows.hasNext() ? rows.next().getString(0) : "";
    return Answer.ok(Map.of("enabled", !message.isEmpty(), "message", message));
  }

  private Answer status(Call call) {
    var active = db.query(ACTIVE, Tuple.tuple()).iterator().next().getLong(0);
    var node = new LinkedHashMap<String, Object>();
    node.put("id", identity.address());
    node.put("num_proc", 1);
    node.put("service_addr", identity.address());
    node.put("heartbeat_timeout", 0);
    node.put("ssl_enabled", false);
    node.put("active_sessions", active);
    node.put("status", "running");
    node.put("version", identity.managerVersion());
    node.put("api_version", identity.apiVersion());
    return Answer.ok(
        Map.of("nodes", List.of(node), "status", "running", "active_sessions", active));
  }

  private Answer resourceSlots(Call call) {
    var slots = new TreeMap<String, String>();
    for (var row : db.query(SLOTS, Tuple.tuple())) {
      slots.put(row.getString(0), row.getString(1));
    }
    return Answer.ok(slots);
  }

  private Answer echo(Call call) {
    return Answer.ok(Map.of("authorized", "yes", "echo", call.parameters().textOr("echo", "")));
  }
}
