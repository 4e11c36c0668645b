package org.polykern.agent;

import java.nio.file.Path;

final class ProcessStreamIT extends StreamContract {
  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data);
  }
}
