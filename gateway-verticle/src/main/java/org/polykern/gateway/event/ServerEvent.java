package org.polykern.gateway.event;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.http.Json;

/**
 * One record of a stream of server-sent events.
 *
 * @param id what a client names in {@code Last-Event-ID}; null = none
 * @param name no line end in it
 */
record ServerEvent(@Nullable String id, String name, Map<String, Object> data) {
  /** A comment. It has a colon, without which the Python SDK drops all that follows. */
  static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");

  /** Ends the stream for good: clients do not come back after it. */
  static final ServerEvent CLOSE = new ServerEvent(null, "server_close", Map.of());

  Buffer bytes() {
    return Buffer.buffer(
        (id == null ? "" : "id: " + id + "\n")
            + "event: "
            + name
            + "\ndata: "
            + Json.text(data)
            + "\n\n");
  }
}
