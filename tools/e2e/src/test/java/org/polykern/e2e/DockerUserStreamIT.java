package org.polykern.e2e;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** {@link UserStreamContract} on the docker backend. */
class DockerUserStreamIT extends UserStreamContract {
  @BeforeEach
  void prepare(@OnDocker Product shared, TestInfo test) {
    use(shared, test);
  }

  @Override
  int mebibytes() {
    return 64;
  }

  @Override
  JupyterThere jupyter() {
    return new JupyterThere(
        "notebook", DockerEngine.hasImage("polykern/notebook:6.4-debian12") ? "" : "no image");
  }
}
