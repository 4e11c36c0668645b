package org.polykern.gateway.files;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/** Builds a multipart/mixed body (RFC 2046) of binary parts. */
final class MultipartMixed {
  private static final String LINE_END = "\r\n";

  private final String boundary = UUID.randomUUID().toString().replace("-", "");
  private final Buffer body = Buffer.buffer();

  String contentType() {
    return "multipart/mixed; boundary=" + boundary;
  }

  /** {@code name} is shown to people only. */
  void add(String name, byte[] content) {
    body.appendString("--" + boundary + LINE_END)
        .appendString("Content-Type: application/x-tar" + LINE_END)
        .appendString("Content-Encoding: identity" + LINE_END)
        .appendString("Content-Length: " + content.length + LINE_END)
        .appendString(
            "Content-Disposition: attachment; filename=\"" + quotable(name) + "\"" + LINE_END)
        .appendString(LINE_END)
        .appendBytes(content)
        .appendString(LINE_END);
  }

  Buffer finish() {
    return body.appendString("--" + boundary + "--" + LINE_END);
  }

  private static String quotable(String name) {
    return name.replaceAll("[^A-Za-z0-9._ -]", "_");
  }
}
