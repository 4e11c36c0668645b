package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Named pipes, which the JDK does not make. */
public final class Fifo {
  private static final int OWNER_ONLY = 0600;

  private Fifo() {}

  /**
   * Makes a named pipe that its owner alone may open.
   *
   * @throws IOException if there is something of this name, or it cannot be made
   */
  public static void make(Path path) throws IOException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    int error = CLibrary.mkfifo(Arrays.copyOf(name, name.length + 1), OWNER_ONLY);
    if (error != 0) {
      throw new IOException(
          "Expected to make the named pipe " + path + ", but got error " + error + ".");
    }
  }
}
