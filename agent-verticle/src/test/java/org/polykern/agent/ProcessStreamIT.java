package org.polykern.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class ProcessStreamIT extends StreamContract {
  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data);
  }

  @Test
  void shouldOfferTheMachinesJupyter() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/usr/bin/jupyter-notebook")),
        "Expected jupyter-notebook, but it is not installed.");
    useJupyter(start(List.of(), Map.of()));
  }
}
