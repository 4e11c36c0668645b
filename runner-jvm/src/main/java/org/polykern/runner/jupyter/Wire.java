package org.polykern.runner.jupyter;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;

/**
 * Frames of the Jupyter wire protocol 5.3: identities, a delimiter, an HMAC-SHA256 over the four
 * JSON documents that follow (header, parent header, metadata, content), buffers.
 */
final class Wire {
  private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_JSON_BYTES = 16 * 1024 * 1024;
  private static final int KEY_BYTES = 32;
  private static final int SESSION_BYTES = 8;
  private static final String VERSION = "5.3";

  private final String key;
  private final String session;
  private final Mac mac;
  private long messages;

  Wire() {
    SecureRandom random = new SecureRandom();
    key = hex(random, KEY_BYTES);
    // Of its own: it stands in every header, where a part of the key must not.
    session = hex(random, SESSION_BYTES);
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Expected HMAC-SHA256, which every JDK has.", e);
    }
  }

  /** For the connection file. */
  String key() {
    return key;
  }

  /** Names this client to the kernel. */
  String session() {
    return session;
  }

  /** A request that was made: its id, by which answers name it, and its frames. */
  record Request(String id, List<byte[]> frames) {}

  /**
   * @param parent header of the message that this one answers, or null
   */
  Request request(String type, @Nullable String parent, Map<String, ?> content) {
    String id = session + "-" + ++messages;
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("msg_id", id);
    header.put("session", session);
    header.put("username", "work");
    header.put("date", Instant.now().toString());
    header.put("msg_type", type);
    header.put("version", VERSION);
    byte[][] parts = {
      bytes(JsonText.of(header)),
      bytes(parent == null ? "{}" : parent),
      bytes("{}"),
      bytes(JsonText.of(content))
    };
    byte[] signature = bytes(HexFormat.of().formatHex(sign(List.of(parts))));
    return new Request(id, List.of(DELIMITER, signature, parts[0], parts[1], parts[2], parts[3]));
  }

  /**
   * Reads the frames of a message.
   *
   * @throws JsonException if they are not a message, or not signed by this kernel
   */
  Message parse(List<byte[]> frames) {
    int at = 0;
    while (at < frames.size() && !MessageDigest.isEqual(frames.get(at), DELIMITER)) {
      at++;
    }
    if (at + 6 > frames.size()) {
      throw new JsonException("Expected a delimiter and five frames, but got " + frames.size());
    }
    List<byte[]> parts = frames.subList(at + 2, at + 6);
    byte[] expected = bytes(HexFormat.of().formatHex(sign(parts)));
    if (!MessageDigest.isEqual(expected, frames.get(at + 1))) {
      throw new JsonException("Expected a valid signature, but it does not match.");
    }
    JsonObject header = JsonReader.object(parts.get(0), MAX_JSON_BYTES);
    JsonObject parent = JsonReader.object(parts.get(1), MAX_JSON_BYTES);
    String type = header.text("msg_type");
    String parentId = parent.text("msg_id");
    return new Message(
        type == null ? "" : type,
        parentId == null ? "" : parentId,
        new String(parts.get(0), StandardCharsets.UTF_8),
        JsonReader.object(parts.get(3), MAX_JSON_BYTES));
  }

  private byte[] sign(List<byte[]> parts) {
    parts.forEach(mac::update);
    return mac.doFinal();
  }

  private static String hex(SecureRandom random, int length) {
    byte[] drawn = new byte[length];
    random.nextBytes(drawn);
    return HexFormat.of().formatHex(drawn);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
