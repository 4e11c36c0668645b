package org.polykern.runner.link;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/** A command from the agent. */
public final class Command {
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final JsonObject NO_HEADER = new JsonObject(Map.of());

  private final String type;
  private final JsonObject header;
  private final byte[] body;

  private Command(String type, JsonObject header, byte[] body) {
    this.type = type;
    this.header = header;
    this.body = body;
  }

  /** The first frame. */
  public String type() {
    return type;
  }

  /** The header; empty in the plain protocol. */
  public JsonObject header() {
    return header;
  }

  /** The body; not a copy. */
  public byte[] body() {
    return body;
  }

  /**
   * Reads the two frames of a message.
   *
   * @param framed whether the payload begins with a header line
   * @throws JsonException if the header is not an object within its limits
   */
  static Command parse(byte[] type, byte[] payload, boolean framed) {
    String name = new String(type, StandardCharsets.US_ASCII);
    if (!framed) {
      return new Command(name, NO_HEADER, payload);
    }
    int end = 0;
    while (end < payload.length && payload[end] != '\n') {
      end++;
    }
    JsonObject header =
        end == 0 ? NO_HEADER : JsonReader.object(Arrays.copyOf(payload, end), MAX_HEADER_BYTES);
    byte[] body =
        end >= payload.length ? new byte[0] : Arrays.copyOfRange(payload, end + 1, payload.length);
    return new Command(name, header, body);
  }
}
