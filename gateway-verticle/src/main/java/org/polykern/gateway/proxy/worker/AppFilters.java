package org.polykern.gateway.proxy.worker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/** Filters as workers register them. */
final class AppFilters {
  private AppFilters() {}

  static JsonArray toJson(Map<String, String> filters) {
    var array = new JsonArray();
    filters.forEach(
        (key, value) -> array.add(new JsonObject().put("key", key).put("value", value)));
    return array;
  }
}
