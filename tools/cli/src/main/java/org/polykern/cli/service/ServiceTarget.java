package org.polykern.cli.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;

/**
 * A service of a session, and what it is started with where it does not run yet.
 *
 * @param port one of its ports; null = its first
 * @param environment variables for its process
 * @param arguments name to values: none, one, or several
 */
public record ServiceTarget(
    String session,
    String service,
    @Nullable Integer port,
    Map<String, String> environment,
    Map<String, List<String>> arguments) {
  public ServiceTarget {
    environment = Map.copyOf(environment);
    arguments = Map.copyOf(arguments);
  }

  /** A service as its definition starts it. */
  public static ServiceTarget of(String session, String service) {
    return new ServiceTarget(session, service, null, Map.of(), Map.of());
  }

  /** Path and query of the route that connects with it. */
  public String route() {
    StringBuilder route = new StringBuilder("/stream/session/");
    route.append(SessionClient.encode(session)).append("/tcpproxy?app=");
    route.append(SessionClient.encode(service));
    if (port != null) {
      route.append("&port=").append(port);
    }
    if (!environment.isEmpty()) {
      ObjectNode envs = ApiClient.JSON.createObjectNode();
      environment.forEach(envs::put);
      route.append("&envs=").append(SessionClient.encode(envs.toString()));
    }
    if (!arguments.isEmpty()) {
      route.append("&arguments=").append(SessionClient.encode(json(arguments).toString()));
    }
    return route.toString();
  }

  /** Arguments as the API wants them: null, a text, or a list. */
  public static ObjectNode json(Map<String, List<String>> arguments) {
    ObjectNode json = ApiClient.JSON.createObjectNode();
    arguments.forEach((name, values) -> {
      switch (values.size()) {
        case 0 -> json.putNull(name);
        case 1 -> json.put(name, values.getFirst());
        default -> {
          ArrayNode several = json.putArray(name);
          values.forEach(several::add);
        }
      }
    });
    return json;
  }
}
