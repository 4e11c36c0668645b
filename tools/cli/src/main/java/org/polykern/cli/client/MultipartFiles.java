package org.polykern.cli.client;

import java.io.FileNotFoundException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Files as the parts of one {@code multipart/form-data} body; read from disk while sending. */
public final class MultipartFiles {
  private final String boundary = "polykern-" + UUID.randomUUID();
  private final List<Part> parts = new ArrayList<>();

  private record Part(Path file, String target) {}

  /**
   * Adds a file.
   *
   * @param target path in the session's work directory
   */
  public MultipartFiles add(Path file, String target) {
    parts.add(new Part(file, target));
    return this;
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher publisher() {
    List<BodyPublisher> pieces = new ArrayList<>();
    for (Part part : parts) {
      pieces.add(text("--" + boundary + "\r\n" + headers(part.target) + "\r\n\r\n"));
      pieces.add(file(part.file));
      pieces.add(text("\r\n"));
    }
    pieces.add(text("--" + boundary + "--\r\n"));
    return BodyPublishers.concat(pieces.toArray(BodyPublisher[]::new));
  }

  private static String headers(String target) {
    // Encoded like the other official client does it, so that any name passes unharmed.
    String name = URLEncoder.encode(target, StandardCharsets.UTF_8).replace("+", "%20");
    return "Content-Disposition: form-data; name=\"src\"; filename=\""
        + name
        + "\"\r\nContent-Type: application/octet-stream";
  }

  private static BodyPublisher text(String text) {
    return BodyPublishers.ofString(text, StandardCharsets.UTF_8);
  }

  private static BodyPublisher file(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException e) {
      throw new ConfigException("Expected a readable file, but cannot open " + file + ".", "", e);
    }
  }
}
