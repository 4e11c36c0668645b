package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.ProxyException;

/** A request to the coordinator, as handlers see it. Every getter that refuses throws 400. */
record Ask(Map<String, String> path, MultiMap query, MultiMap headers, JsonObject body) {
  static Ask of(
      HttpServerRequest request, Map<String, String> path, io.vertx.core.buffer.Buffer body) {
    JsonObject object;
    try {
      object = body.length() == 0 ? new JsonObject() : new JsonObject(body);
    } catch (DecodeException | ClassCastException malformed) {
      throw ProxyException.badRequest("Expected a JSON object as body, but got something else.");
    }
    return new Ask(path, request.params(), request.headers(), object);
  }

  String segment(String name) {
    var value = path.get(name);
    return value == null ? "" : value;
  }

  UUID id(String segment) {
    return uuid(segment, segment(segment));
  }

  static UUID uuid(String name, @Nullable String text) {
    try {
      if (text != null) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException malformed) {
      // refused below
    }
    throw ProxyException.badRequest("Expected a UUID as " + name + ", but got another text.");
  }

  /** The last one of this name that is not empty: clients append to addresses that we gave. */
  @Nullable String text(String name) {
    List<String> all = query.getAll(name);
    for (var i = all.size() - 1; i >= 0; i--) {
      if (!all.get(i).isBlank()) {
        return all.get(i);
      }
    }
    return null;
  }

  String requiredText(String name) {
    var value = text(name);
    if (value == null) {
      throw ProxyException.badRequest("Expected the parameter " + name + ", but it is missing.");
    }
    return value;
  }

  boolean flag(String name) {
    var value = text(name);
    return value != null
        && switch (value.toLowerCase(Locale.ROOT)) {
          case "true", "1", "yes", "t", "y" -> true;
          case "false", "0", "no", "f", "n" -> false;
          default -> throw ProxyException.badRequest("Expected true or false as " + name + ".");
        };
  }

  @Nullable Integer port(String name) {
    var value = text(name);
    if (value == null) {
      return null;
    }
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
      throw ProxyException.badRequest("Expected a port as " + name + ", but got another text.");
    }
    return Integer.valueOf(value);
  }

  JsonObject object(String name) {
    try {
      var value = body.getJsonObject(name);
      return value == null ? new JsonObject() : value;
    } catch (ClassCastException other) {
      throw ProxyException.badRequest("Expected an object as " + name + ".");
    }
  }

  JsonArray array(String name) {
    try {
      var value = body.getJsonArray(name);
      return value == null ? new JsonArray() : value;
    } catch (ClassCastException other) {
      throw ProxyException.badRequest("Expected a list as " + name + ".");
    }
  }

  boolean prefersJson() {
    var accept = headers.get(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("application/json");
  }
}
