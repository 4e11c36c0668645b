package org.polykern.agent;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.bus.RunCommand.Mode;

final class ExecuteLatencyProbe {
  @Test
  void probe(@TempDir Path data) throws Exception {
    try (var agent = new AgentFixture(AgentFixture.process(data))) {
      var kernel = agent.start();
      for (var round = 0; round < 4; round++) {
        var times = new long[2000];
        for (var i = 0; i < times.length; i++) {
          var begun = System.nanoTime();
          agent.execute(kernel, null, Mode.QUERY, "print(1)", 2000);
          times[i] = System.nanoTime() - begun;
        }
        Arrays.sort(times);
        System.out.printf(
            "execute p50 %.0f us, p90 %.0f us, p99 %.0f us%n",
            times[1000] / 1e3, times[1800] / 1e3, times[1980] / 1e3);
      }
    }
  }
}
