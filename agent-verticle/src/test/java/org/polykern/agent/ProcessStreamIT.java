package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand.OpenService;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.ReadServiceLog;
import org.polykern.common.bus.StreamCommand.StartService;
import org.polykern.common.bus.StreamCommand.StopService;

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
    var kernel = start(List.of(), Map.of());
    assertThat(agent().ask(new StartService(kernel, "jupyter", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(false));
    assertThat(agent().ask(new StartService(kernel, "jupyter", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(true));
    var opened = (Outcome.Opened) agent().ask(new OpenService(kernel, "jupyter", null));
    assertThat(get(opened, "/tree")).startsWith("+\nHTTP/1.1 200 OK").contains("Home Page");
    agent().ask(new StopService(kernel, "jupyter"));
    var log = (Outcome.Log) agent().ask(new ReadServiceLog(kernel, "jupyter"));
    assertThat(log.running()).isFalse();
    assertThat(log.text()).contains("is running at");
  }
}
