package org.polykern.agent.docker;

import java.util.Arrays;

/** What an image without labels is for, from its configuration alone. */
final class ImageGuess {
  private ImageGuess() {}

  static boolean isPython(String[] env, String[] cmd) {
    return Arrays.stream(env).anyMatch(entry -> entry.startsWith("PYTHON_VERSION="))
        || (cmd.length > 0 && cmd[0].substring(cmd[0].lastIndexOf('/') + 1).startsWith("python"));
  }
}
