package org.polykern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checked-out sources that the tests run from. */
final class Repository {
  private Repository() {}

  /** The directory that holds the launcher script. */
  static Path root() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("polykern")) && Files.exists(at.resolve("pom.xml"))) {
        return at;
      }
    }
    throw new IllegalStateException(
        "Expected to run inside a clone, but no parent directory has the launcher script.");
  }

  /** The value of a key in an image's recipe; empty when there is no such recipe or key. */
  static String recipe(String name, String key) throws IOException {
    Path file = root().resolve("tools/images").resolve(name + ".recipe");
    return !Files.exists(file)
        ? ""
        : Files.readAllLines(file).stream()
            .filter(line -> line.matches(key + "\\s.*"))
            .map(line -> line.substring(key.length()).strip())
            .findFirst()
            .orElse("");
  }
}
