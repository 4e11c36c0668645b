package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What the coordinator answers: an object, or the way to another address. */
record Told(int status, @Nullable JsonObject body, @Nullable String location) {
  static Told ok(JsonObject body) {
    return new Told(200, body, null);
  }

  static Told success() {
    return ok(new JsonObject().put("success", true));
  }

  /** 303, which no browser keeps. */
  static Told seeOther(String location) {
    return new Told(303, null, location);
  }
}
