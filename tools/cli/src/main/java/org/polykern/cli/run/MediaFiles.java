package org.polykern.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes rich results in one line each, and saves them when a directory was named. */
final class MediaFiles {
  private static final Map<String, String> SUFFIXES =
      Map.of(
          "image/png", "png",
          "image/jpeg", "jpg",
          "image/gif", "gif",
          "image/svg+xml", "svg",
          "text/html", "html",
          "application/pdf", "pdf",
          "application/json", "json",
          "text/plain", "txt");

  private final @Nullable Path directory;
  private int count;

  MediaFiles(@Nullable Path directory) {
    this.directory = directory;
  }

  /** One line that stands for the result, such as {@code [image/png 12345 bytes]}. */
  String show(String type, String data) {
    byte[] bytes = bytes(data);
    String what = type + " " + bytes.length + " bytes";
    if (directory == null) {
      return "[" + what + "]";
    }
    count++;
    Path file = directory.resolve("media-" + count + "." + SUFFIXES.getOrDefault(type, "bin"));
    try {
      Files.createDirectories(directory);
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to write " + file + ", but it failed: " + e, e);
    }
    return "[" + what + ", saved as " + file + "]";
  }

  /** Binary results come as data URIs, text ones as they are. */
  private static byte[] bytes(String data) {
    int comma = data.indexOf(',');
    if (!data.startsWith("data:") || comma < 0) {
      return data.getBytes(StandardCharsets.UTF_8);
    }
    String payload = data.substring(comma + 1);
    if (data.substring(0, comma).endsWith(";base64")) {
      // Line breaks inside base64 are legal for the programs that make it.
      return Base64.getMimeDecoder().decode(payload);
    }
    String literalPlus = payload.replace("+", "%2B");
    return URLDecoder.decode(literalPlus, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
  }
}
