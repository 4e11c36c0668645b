package org.polykern.common.bus;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Frame: version (1 byte), length of the type's name (1 byte), name, CBOR length (4 bytes), CBOR of
 * the record. Unknown fields are ignored, an unknown type is refused by name. Local delivery passes
 * the (immutable) record itself.
 */
final class RecordCodec implements MessageCodec<Object, Object> {
  static final String NAME = "polykern-record";
  private static final byte VERSION = 1;

  private static final MessageCatalogue CATALOGUE = new MessageCatalogue();
  private final ObjectMapper cbor =
      CBORMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * Refuses what could not travel, also where delivery is local and nothing would be encoded, so
   * that a mistake shows on one node as it does on two.
   */
  static String expectMessage(Object message) {
    var name = CATALOGUE.name(message.getClass());
    if (name == null) {
      throw new IllegalArgumentException(
          "Expected a record of a bus conversation, but got " + message.getClass().getName());
    }
    return name;
  }

  @Override
  public void encodeToWire(Buffer buffer, Object message) {
    var name = expectMessage(message);
    try {
      var body = cbor.writeValueAsBytes(message);
      var nameBytes = name.getBytes(StandardCharsets.US_ASCII);
      buffer.appendByte(VERSION).appendByte((byte) nameBytes.length).appendBytes(nameBytes);
      buffer.appendInt(body.length).appendBytes(body);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode " + name, e);
    }
  }

  @Override
  public Object decodeFromWire(int start, Buffer buffer) {
    var version = buffer.getByte(start);
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "Expected bus frame version " + VERSION + ", but got " + version);
    }
    var nameEnd = start + 2 + buffer.getByte(start + 1);
    var name = new String(buffer.getBytes(start + 2, nameEnd), StandardCharsets.US_ASCII);
    var type = CATALOGUE.type(name);
    if (type == null) {
      throw new IllegalArgumentException(
          "Message type '" + name + "' is unknown here; is this node older than its peer?");
    }
    var bodyStart = nameEnd + 4;
    try {
      return cbor.readValue(buffer.getBytes(bodyStart, bodyStart + buffer.getInt(nameEnd)), type);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot decode " + name, e);
    }
  }

  @Override
  public Object transform(Object message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
