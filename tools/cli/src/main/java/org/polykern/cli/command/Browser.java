package org.polykern.cli.command;

import java.io.IOException;
import java.util.List;
import org.polykern.cli.run.Terminal;

/** The user's browser. */
final class Browser {
  private Browser() {}

  /** Whether there is a display for one. */
  static boolean likely(Terminal terminal) {
    return terminal.environment().containsKey("DISPLAY")
        || terminal.environment().containsKey("WAYLAND_DISPLAY")
        || System.getProperty("os.name", "").startsWith("Mac");
  }

  /** Opens the address, or says that it could not. */
  static void open(Terminal terminal, String url) {
    for (String opener : List.of("xdg-open", "open")) {
      try {
        new ProcessBuilder(opener, url)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        return;
      } catch (IOException e) {
        // Not on this machine.
      }
    }
    terminal.err().println("No xdg-open here; open the address by hand.");
  }
}
