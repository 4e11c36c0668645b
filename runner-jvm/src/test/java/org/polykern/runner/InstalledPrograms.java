package org.polykern.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Skips a test by name where a language's program is not installed. */
final class InstalledPrograms {
  private InstalledPrograms() {}

  /** Skips, or fails when the variable POLYKERN_REQUIRE_LANGUAGES is set. */
  static void require(String program) {
    for (String directory : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return;
      }
    }
    missing("Expected " + program + " on the PATH, but it is not installed.");
  }

  /** The same for a Jupyter kernel of the machine's packages. */
  static void requireKernelspec(String name) {
    if (!Files.exists(Path.of("/usr/share/jupyter/kernels", name, "kernel.json"))) {
      missing("Expected the Jupyter kernelspec " + name + ", but it is not installed.");
    }
  }

  private static void missing(String sentence) {
    if (System.getenv("POLYKERN_REQUIRE_LANGUAGES") != null) {
      throw new AssertionError(sentence);
    }
    Assumptions.abort(sentence);
  }
}
