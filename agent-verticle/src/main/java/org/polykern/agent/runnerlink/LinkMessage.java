package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.polykern.common.bus.Bytes;

/**
 * A message on the wire: type, one line of JSON, LF, body.
 *
 * @param header always an object
 */
record LinkMessage(String type, JsonNode header, Bytes body) {
  private static final int MAX_HEADER_BYTES = 256 * 1024;
  private static final int MAX_TYPE_BYTES = 32;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(16)
                      .maxNumberLength(32)
                      .maxStringLength(1 << 20)
                      .build())
              .build());

  /**
   * Reads the two frames.
   *
   * @throws IOException when they are not a message of the protocol
   */
  static LinkMessage parse(byte[] type, byte[] payload) throws IOException {
    if (type.length > MAX_TYPE_BYTES) {
      throw new IOException("Expected a short message type, but it has " + type.length + " bytes");
    }
    var name = new String(type, StandardCharsets.US_ASCII);
    var end = 0;
    while (end < payload.length && payload[end] != '\n') {
      end++;
    }
    if (end > MAX_HEADER_BYTES) {
      throw new IOException("Expected a header below 256 KiB in a " + name);
    }
    JsonNode header =
        end == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(payload, 0, end);
    if (header == null || !header.isObject()) {
      throw new IOException("Expected a JSON object as header of a " + name);
    }
    var body =
        end >= payload.length ? new byte[0] : Arrays.copyOfRange(payload, end + 1, payload.length);
    return new LinkMessage(name, header, new Bytes(body));
  }

  /** The second frame of a message to the runner. */
  static byte[] payload(JsonNode header, byte[] body) {
    var line = (header.toString() + "\n").getBytes(StandardCharsets.UTF_8);
    if (body.length == 0) {
      return line;
    }
    var joined = Arrays.copyOf(line, line.length + body.length);
    System.arraycopy(body, 0, joined, line.length, body.length);
    return joined;
  }

  /** Any JSON in a body, within the same limits. */
  static JsonNode json(byte[] body) throws IOException {
    var tree = JSON.readTree(body);
    return tree == null ? JsonNodeFactory.instance.objectNode() : tree;
  }
}
