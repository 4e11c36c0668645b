package org.polykern.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** {@link UserStreamContract} on the process backend. */
class ProcessUserStreamIT extends UserStreamContract {
  private static final String PROGRAM = "/usr/bin/jupyter-notebook";

  @BeforeEach
  void prepare(Product shared, TestInfo test) {
    use(shared, test);
  }

  @Override
  int mebibytes() {
    return 1024;
  }

  @Override
  JupyterThere jupyter() {
    return new JupyterThere(
        "jupyter", Files.isExecutable(Path.of(PROGRAM)) ? "" : "this machine has no " + PROGRAM);
  }
}
