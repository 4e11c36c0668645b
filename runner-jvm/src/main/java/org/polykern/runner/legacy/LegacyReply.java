package org.polykern.runner.legacy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.MessageType;

/** One answer, while it is being gathered. */
final class LegacyReply {
  private static final int MAX_MEDIA_BYTES = 4 * 1024 * 1024;
  private static final String NO_ROOM =
      "Expected at most 4 MiB of media in one answer; a larger item was left out.\n";

  private final CutText stdout = new CutText();
  private final CutText stderr = new CutText();
  private final List<List<String>> media = new ArrayList<>();
  private int mediaBytes;

  /** Takes a piece of output. */
  void add(MessageType type, ByteBuffer body) {
    switch (type) {
      case STDOUT -> stdout.add(body);
      case STDERR -> stderr.add(body);
      case HTML -> addMedia("text/html", text(body), body.remaining());
      case MEDIA -> addMedia(body);
      default -> throw new IllegalArgumentException("Expected output, but got " + type + ".");
    }
  }

  /** Says something of the runner's own to the user. */
  void say(String sentence) {
    stderr.add(sentence + "\n");
  }

  /** The JSON object; in pieces, so that only one of them is in memory as text. */
  byte[] json(int exitCode) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, "{\"stdout\":", stdout.toString());
    write(out, ",\"stderr\":", stderr.toString());
    List<Object> error = exitCode == 0 ? null : UncaughtError.in(stderr.kept());
    write(out, ",\"exceptions\":", error == null ? List.of() : List.of(error));
    write(out, ",\"media\":", media);
    write(out, ",\"options\":", Map.of("upload_output_files", true));
    out.write('}');
    return out.toByteArray();
  }

  private void addMedia(ByteBuffer json) {
    byte[] bytes = new byte[json.remaining()];
    json.duplicate().get(bytes);
    try {
      JsonObject item = JsonReader.object(bytes, bytes.length);
      String mime = item.text("type");
      String data = item.text("data");
      if (mime != null && data != null) {
        addMedia(mime, data, bytes.length);
      }
    } catch (JsonException e) {
      say("A media item was left out: " + e.getMessage());
    }
  }

  private void addMedia(String mime, String data, int bytes) {
    if (mediaBytes + bytes > MAX_MEDIA_BYTES) {
      stderr.add(NO_ROOM);
      return;
    }
    mediaBytes += bytes;
    media.add(List.of(mime, data));
  }

  private static void write(ByteArrayOutputStream out, String key, @Nullable Object value) {
    out.writeBytes(key.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(JsonText.of(value).getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteBuffer body) {
    return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
  }
}
