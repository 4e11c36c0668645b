package org.polykern.runner.language;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.spawn.ProgramFile;
import org.polykern.runner.spawn.Spawner;

/**
 * Which interpreter to start, and how.
 *
 * @param path absolute path of the interpreter; null = the first of {@code names} that there is
 * @param names default names, best first; an absolute path is not looked up
 * @param environment the children's environment
 * @param directory the children's working directory
 */
public record InterpreterProgram(
    @Nullable String path, List<String> names, Map<String, String> environment, Path directory) {

  /**
   * The interpreter without arguments, its output captured.
   *
   * @throws IOException if there is none; the message says where it was looked for
   */
  public Spawner.Program resolve() throws IOException {
    return new Spawner.Program(List.of(executable()), environment, directory, true);
  }

  /**
   * Its absolute path.
   *
   * @throws IOException if there is none; the message says where it was looked for
   */
  public String executable() throws IOException {
    if (path != null) {
      if (ProgramFile.is(Path.of(path))) {
        return path;
      }
      throw new IOException("expected an executable at " + path + ", but there is none.");
    }
    String search = environment.getOrDefault("PATH", "");
    for (String name : names) {
      String found = name.startsWith("/") ? executable(Path.of(name)) : onPath(search, name);
      if (found != null) {
        return found;
      }
    }
    throw new IOException(
        "expected one of " + String.join(", ", names) + " on the PATH " + search + ".");
  }

  private static @Nullable String onPath(String search, String name) {
    for (String directory : search.split(":", -1)) {
      String found = directory.isEmpty() ? null : executable(Path.of(directory, name));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String executable(Path candidate) {
    return ProgramFile.is(candidate) ? candidate.toString() : null;
  }
}
