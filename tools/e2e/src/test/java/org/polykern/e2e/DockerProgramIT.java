package org.polykern.e2e;

import org.junit.jupiter.api.BeforeEach;

/** {@link ProgramContract} on the docker backend. */
class DockerProgramIT extends ProgramContract {
  @BeforeEach
  void use(@OnDocker Product shared) {
    product = shared;
  }
}
