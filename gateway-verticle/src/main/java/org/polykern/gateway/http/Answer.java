package org.polykern.gateway.http;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back.
 *
 * @param contentType null exactly when there is no body
 * @param headers beyond those that every answer has
 */
public record Answer(
    int status, @Nullable String contentType, Buffer body, Map<String, String> headers)
    implements Reply {
  public static final String JSON = "application/json; charset=utf-8";
  public static final String PROBLEM = "application/problem+json; charset=utf-8";

  public Answer {
    headers = Map.copyOf(headers);
  }

  public Answer(int status, @Nullable String contentType, Buffer body) {
    this(status, contentType, body, Map.of());
  }

  /** With more headers. */
  public Answer with(Map<String, String> more) {
    return new Answer(status, contentType, body, more);
  }

  /** 200 with JSON; {@code value} is anything that {@link Json} writes, never null. */
  public static Answer ok(Object value) {
    return json(200, value);
  }

  public static Answer created(Object value) {
    return json(201, value);
  }

  public static Answer json(int status, Object value) {
    return new Answer(status, JSON, Buffer.buffer(Json.write(value)));
  }

  /** 204: neither body nor content type. */
  public static Answer noContent() {
    return new Answer(204, null, Buffer.buffer());
  }

  public static Answer bytes(String contentType, Buffer body) {
    return new Answer(200, contentType, body);
  }
}
