package org.polykern.gateway.terminal;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A file of the page.
 *
 * @param name in the page's addresses
 * @param ours may name the version of the page
 */
record PageFile(String name, String contentType, boolean ours, Buffer content) {
  private static final String WEB_JARS = "/META-INF/resources/webjars/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  static PageFile page() {
    return ours("terminal.html", "text/html; charset=utf-8");
  }

  /** Everything that the page loads. */
  static List<PageFile> assets() {
    return List.of(
        library("xterm.js", SCRIPT, "xterm/4.9.0/lib/xterm.js"),
        library("xterm.css", STYLE, "xterm/4.9.0/css/xterm.css"),
        library("xterm-addon-fit.js", SCRIPT, "xterm-addon-fit/0.3.0/lib/xterm-addon-fit.js"),
        ours("terminal.css", STYLE),
        ours("themes.js", SCRIPT),
        ours("connection.js", SCRIPT),
        ours("terminal.js", SCRIPT));
  }

  private static PageFile ours(String name, String contentType) {
    return new PageFile(name, contentType, true, read(name));
  }

  private static PageFile library(String name, String contentType, String path) {
    return new PageFile(name, contentType, false, read(WEB_JARS + path));
  }

  private static Buffer read(String resource) {
    try (var stream = PageFile.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("Expected the file " + resource + " on the class path");
      }
      return Buffer.buffer(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the file " + resource, e);
    }
  }
}
