package org.polykern.gateway.terminal;

import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.http.Answer;

/** The page and its files, ready to be sent. Immutable. */
final class TerminalPage {
  private static final String POLICY =
      String.join(
          "; ",
          "default-src 'none'",
          "script-src 'self'",
          // xterm.js writes the measures of its characters into a style element.
          "style-src 'self' 'unsafe-inline'",
          "connect-src 'self'",
          "img-src 'self' data:",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'");

  private static final Map<String, String> ALWAYS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin");

  private final Answer page;
  private final Map<String, Answer> files = new LinkedHashMap<>();

  /** Below {@code /console/terminal}. Throws IllegalStateException when a file is missing. */
  static TerminalPage ofConsole() {
    return new TerminalPage("/console/terminal/", "");
  }

  /** At the root of a service, whose terminal is at {@code ws}. */
  static TerminalPage ofService() {
    return new TerminalPage("./", "./ws");
  }

  private TerminalPage(String base, String terminal) {
    var assets = PageFile.assets();
    var html = PageFile.page();
    var version = versionOf(html, assets);
    var kept = headers(Map.of("Cache-Control", "public, max-age=31536000, immutable"));
    for (var file : assets) {
      files.put(file.name(), Answer.bytes(file.contentType(), contentOf(file, version)).with(kept));
    }
    var text =
        contentOf(html, version).toString().replace("@BASE@", base).replace("@WS@", terminal);
    page =
        Answer.bytes(html.contentType(), Buffer.buffer(text))
            .with(
                headers(
                    Map.of(
                        "Cache-Control", "no-store",
                        "Content-Security-Policy", POLICY,
                        "X-Frame-Options", "DENY")));
  }

  /** One for all files, because scripts name each other. */
  private static String versionOf(PageFile page, List<PageFile> assets) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(page.content().getBytes());
      assets.forEach(file -> digest.update(file.content().getBytes()));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK lacks SHA-256", e);
    }
  }

  private static Buffer contentOf(PageFile file, String version) {
    return file.ours()
        ? Buffer.buffer(file.content().toString().replace("@VERSION@", version))
        : file.content();
  }

  private static Map<String, String> headers(Map<String, String> more) {
    var all = new LinkedHashMap<>(ALWAYS);
    all.putAll(more);
    return all;
  }

  Answer page() {
    return page;
  }

  @Nullable Answer file(String name) {
    return files.get(name);
  }
}
