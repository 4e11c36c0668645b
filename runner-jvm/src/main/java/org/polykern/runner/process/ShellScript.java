package org.polykern.runner.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.polykern.runner.spawn.Spawner;

/** Scripts of the language files and of users, run by {@code /bin/sh}. */
public final class ShellScript {
  /** What scripts may call; in one line before the script, so that line numbers stay true. */
  private static final String PRELUDE =
      "need() { [ -e \"$1\" ] || { printf 'Expected the file %s in %s, but there is none.\\n'"
          + " \"$1\" \"$PWD\" >&2; exit 127; }; }; ";

  private ShellScript() {}

  /**
   * A program that runs a script of a language file, with standard input from the runner and in a
   * session of its own.
   */
  public static Spawner.Program program(
      String script, Map<String, String> environment, Path directory) {
    return plain(PRELUDE + script, environment, directory);
  }

  /** The same for a user's own command, which sees nothing of ours. */
  public static Spawner.Program plain(
      String command, Map<String, String> environment, Path directory) {
    List<String> argv = List.of("/bin/sh", "-c", command);
    return new Spawner.Program(argv, environment, directory, true).withInput().inOwnSession();
  }
}
