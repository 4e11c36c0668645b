package org.polykern.gateway.session;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A kernel's ports as clients are told of them: container ports, never ports of the host. */
public final class ServicePorts {
  private ServicePorts() {}

  public static List<Map<String, Object>> forClients(JsonArray stored) {
    var result = new ArrayList<Map<String, Object>>();
    for (var item : stored) {
      if (item instanceof JsonObject port && !"internal".equals(port.getString("protocol"))) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("name", port.getString("name"));
        shown.put("protocol", port.getString("protocol"));
        var ports = port.getJsonArray("container_ports");
        shown.put("ports", ports == null ? List.of() : ports.getList());
        result.add(shown);
      }
    }
    return result;
  }
}
