package org.polykern.agent;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/** Needs what DockerKernelIT needs. */
final class DockerStreamIT extends StreamContract {
  @BeforeAll
  static void engine() throws Exception {
    DockerKernelIT.engine();
  }

  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data).withBackend(BackendKind.DOCKER);
  }
}
