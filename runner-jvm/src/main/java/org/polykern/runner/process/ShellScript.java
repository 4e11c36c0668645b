package org.polykern.runner.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.polykern.runner.spawn.Spawner;

/** Scripts of the language files and of users, run by {@code /bin/sh}. */
public final class ShellScript {
  /** What scripts may call; in one line before the script, so that line numbers stay true. */
  private static final String PRELUDE =
      "need() { [ -e \"$1\" ] || { printf 'Expected the file %s in %s, but there is none.\\n'"
          + " \"$1\" \"$PWD\" >&2; exit 127; }; }; ";

  private static final String PRELOAD = "LD_PRELOAD";

  /** Lies beside the runtime in a kernel home; without it prompts of C programs come late. */
  private static final Path STDIO =
      Path.of(System.getProperty("java.home"), "..", "libpk-stdio.so").normalize();

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
    return new Spawner.Program(argv, withStdio(environment), directory, true)
        .withInput()
        .inOwnSession();
  }

  private static Map<String, String> withStdio(Map<String, String> environment) {
    String library = STDIO.toString();
    // Blanks and colons separate the names of this variable, and cannot be quoted.
    if (library.contains(" ") || library.contains(":") || !Files.isRegularFile(STDIO)) {
      return environment;
    }
    Map<String, String> variables = new HashMap<>(environment);
    variables.merge(PRELOAD, library, (theirs, ours) -> ours + ":" + theirs);
    return variables;
  }
}
