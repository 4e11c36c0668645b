package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Several runners, one after the other, in one JVM: the AOT cache is recorded by a single JVM, but
 * no single runner uses the classes of every kind of language. Used by the build only.
 */
final class Rehearsal {
  private Rehearsal() {}

  /** Arguments: directories, each one being everything that {@link Main} asks for. */
  public static void main(String[] arguments) throws IOException {
    for (String argument : arguments) {
      Path directory = Path.of(argument);
      Main.run(
          Map.of(
              "--config", directory,
              "--work", directory,
              "--run", directory,
              "--languages", directory,
              "--services", directory));
    }
    // As in Main: helper threads need not agree.
    Runtime.getRuntime().halt(0);
  }
}
