package org.polykern.runner.jupyter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.MessageType;

/**
 * A value's representations by MIME type, of which the richest one is shown: a picture before a
 * page before a formula, plain text last.
 */
final class Bundle {
  private static final List<String> RICHEST_FIRST =
      List.of(
          "image/png",
          "image/jpeg",
          "image/svg+xml",
          "text/html",
          "text/latex",
          "text/markdown",
          "application/json");
  private static final String PLAIN = "text/plain";
  private static final int MAX_CHARACTERS = 8 * 1024 * 1024;

  private Bundle() {}

  /** Hands the representation to show to {@code taker}, if there is any. */
  static void show(JsonObject data, BiConsumer<MessageType, ByteBuffer> taker) {
    String type = richest(data);
    if (type == null) {
      return;
    }
    String text = text(data.members().get(type));
    if (text.length() > MAX_CHARACTERS) {
      taker.accept(
          MessageType.STDERR,
          bytes(
              "A result of type "
                  + type
                  + " was dropped: expected at most "
                  + MAX_CHARACTERS
                  + " characters, but it has "
                  + text.length()
                  + ".\n"));
      return;
    }
    switch (type) {
      case PLAIN ->
          taker.accept(MessageType.STDOUT, bytes(text.endsWith("\n") ? text : text + "\n"));
      case "text/html" -> taker.accept(MessageType.HTML, bytes(text));
      case "image/png", "image/jpeg" ->
          taker.accept(MessageType.MEDIA, media(type, uri(type, text)));
      default -> taker.accept(MessageType.MEDIA, media(type, text));
    }
  }

  private static @Nullable String richest(JsonObject data) {
    for (String type : RICHEST_FIRST) {
      if (data.members().containsKey(type)) {
        return type;
      }
    }
    if (data.members().containsKey(PLAIN)) {
      return PLAIN;
    }
    return data.members().keySet().stream().findFirst().orElse(null);
  }

  /** Text may come as a list of its lines, JSON types as JSON. */
  private static String text(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case List<?> lines when lines.stream().allMatch(String.class::isInstance) ->
          String.join("", lines.stream().map(String.class::cast).toList());
      case null, default -> JsonText.of(value);
    };
  }

  /** Kernels break base64 into lines, which a URI must not have. */
  private static String uri(String type, String base64) {
    return "data:" + type + ";base64," + base64.replaceAll("\\s", "");
  }

  private static ByteBuffer media(String type, String data) {
    return bytes(JsonText.of(Map.of("type", type, "data", data)));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
