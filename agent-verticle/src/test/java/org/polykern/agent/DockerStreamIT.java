package org.polykern.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

  @Test
  void shouldOfferTheImagesJupyter() throws Exception {
    Awaitility.await().until(() -> !agent().images.isEmpty());
    var image =
        agent().images.stream().filter(facts -> facts.aliases().contains("notebook")).findFirst();
    Assumptions.assumeTrue(
        image.isPresent(), "Expected the image notebook, but tools/images/build did not make it.");
    useJupyter(start(image.orElseThrow().name(), List.of(), Map.of()));
  }
}
