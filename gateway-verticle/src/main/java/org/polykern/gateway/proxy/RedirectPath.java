package org.polykern.gateway.proxy;

import java.nio.charset.StandardCharsets;

/** A place inside an app to open finally: never another site. */
public final class RedirectPath {
  private RedirectPath() {}

  /**
   * The path as a Location header has it, letters beyond ASCII encoded.
   *
   * @throws ProxyException 400 unless it begins at the root, with nothing that browsers read as
   *     another host
   */
  public static String require(String path) {
    var good =
        path.startsWith("/")
            && !path.startsWith("//")
            && path.indexOf('\\') < 0
            && path.chars().noneMatch(Character::isISOControl);
    if (!good) {
      throw ProxyException.badRequest(
          "Expected a path inside of the app as redirect, such as /tree?x=1, but got another"
              + " text.");
    }
    var encoded = new StringBuilder();
    for (var b : path.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append("%02X".formatted(b & 0xff));
      }
    }
    return encoded.toString();
  }
}
