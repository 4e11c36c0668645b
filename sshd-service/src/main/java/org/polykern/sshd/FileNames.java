package org.polykern.sshd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The JVM takes file names for what its locale says, for good, and in the locale C it can neither
 * see nor make one beyond ASCII. So the server starts itself again in a locale of UTF-8 where it
 * must; its programs get the session's.
 */
final class FileNames {
  private static final String LOCALE = "LC_ALL";
  private static final String UTF_8 = "C.UTF-8";

  /** What {@link #LOCALE} was before, and that we have been here. */
  private static final String KEPT = "POLYKERN_SSHD_LC_ALL";

  private FileNames() {}

  /**
   * The session's own environment. Does not come back when the server must start again.
   *
   * @param own the environment of this process
   */
  static Map<String, String> environment(Map<String, String> own) {
    var environment = new HashMap<>(own);
    var kept = environment.remove(KEPT);
    if (kept != null) {
      environment.remove(LOCALE);
      if (!kept.isEmpty()) {
        environment.put(LOCALE, kept);
      }
    } else if (!StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"))) {
      var again = new HashMap<>(own);
      again.put(KEPT, own.getOrDefault(LOCALE, ""));
      again.put(LOCALE, UTF_8);
      try {
        NativeProgram.startAgain(again);
      } catch (IOException e) {
        System.err.println(e.getMessage() + "; file names beyond ASCII cannot be used.");
      }
    }
    return environment;
  }
}
