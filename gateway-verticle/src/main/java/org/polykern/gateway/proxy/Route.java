package org.polykern.gateway.proxy;

import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A back end of a circuit: a service of a session, reached through its agent's tunnel.
 *
 * @param host as the manager told it; for information only, nothing connects to it
 * @param port container port; null = the service's first
 * @param ratio share of the traffic; 0 = none
 */
public record Route(
    UUID session,
    String sessionName,
    String host,
    @Nullable Integer port,
    String protocol,
    double ratio) {
  public JsonObject toJson() {
    return new JsonObject()
        .put("session_id", session.toString())
        .put("session_name", sessionName)
        .put("kernel_host", host)
        .put("kernel_port", port)
        .put("protocol", protocol)
        .put("traffic_ratio", ratio);
  }

  static Route of(JsonObject json) {
    return new Route(
        UUID.fromString(json.getString("session_id")),
        json.getString("session_name", ""),
        json.getString("kernel_host", ""),
        json.getInteger("kernel_port"),
        json.getString("protocol", "http"),
        json.getDouble("traffic_ratio", 1.0));
  }
}
