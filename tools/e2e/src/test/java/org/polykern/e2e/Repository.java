package org.polykern.e2e;

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
}
