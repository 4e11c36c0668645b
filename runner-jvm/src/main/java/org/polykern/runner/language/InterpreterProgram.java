package org.polykern.runner.language;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.spawn.Spawner;

/**
 * Which interpreter to start, and how.
 *
 * @param path absolute path of the interpreter; null = the first of {@code names} on the PATH
 * @param names default names, best first
 * @param environment the children's environment
 * @param directory the children's working directory
 */
public record InterpreterProgram(
    @Nullable String path, List<String> names, Map<String, String> environment, Path directory) {

  Spawner.Program resolve() throws IOException {
    return new Spawner.Program(List.of(executable()), environment, directory, true);
  }

  /**
   * Its absolute path.
   *
   * @throws IOException if there is none; the message says where it was looked for
   */
  public String executable() throws IOException {
    if (path != null) {
      if (Files.isExecutable(Path.of(path))) {
        return path;
      }
      throw new IOException("expected an executable at " + path + ", but there is none.");
    }
    String search = environment.getOrDefault("PATH", "");
    for (String name : names) {
      for (String directoryName : search.split(":", -1)) {
        Path candidate = Path.of(directoryName, name);
        if (!directoryName.isEmpty() && Files.isExecutable(candidate)) {
          return candidate.toString();
        }
      }
    }
    throw new IOException(
        "expected one of " + String.join(", ", names) + " on the PATH " + search + ".");
  }
}
