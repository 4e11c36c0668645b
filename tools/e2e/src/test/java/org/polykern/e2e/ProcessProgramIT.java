package org.polykern.e2e;

import org.junit.jupiter.api.BeforeEach;

/** {@link ProgramContract} on the process backend. */
class ProcessProgramIT extends ProgramContract {
  @BeforeEach
  void use(Product shared) {
    product = shared;
  }
}
