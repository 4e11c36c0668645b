package org.polykern.launcher.seed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.polykern.launcher.instance.DataDirectory;

/** A file of environment variables from which any client of the API takes its settings. */
public final class ClientEnv {
  private ClientEnv() {}

  /** Replaces the file; only its owner can read it. */
  public static void write(Path file, String url, KeyPair keys) {
    var text =
        """
        BACKEND_ENDPOINT=%s
        BACKEND_ENDPOINT_TYPE=api
        BACKEND_ACCESS_KEY=%s
        BACKEND_SECRET_KEY=%s
        """
            .formatted(url, keys.accessKey(), keys.secretKey());
    DataDirectory.writePrivately(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
