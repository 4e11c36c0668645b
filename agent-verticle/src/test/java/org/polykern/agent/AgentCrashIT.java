package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemException;

/** {@code kill -9} of the agent's process while a run prints. */
final class AgentCrashIT {
  @TempDir Path data;

  @Test
  void shouldDeliverEveryLineAfterTheAgentWasKilled() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingAgent.class.getName(),
                data.toString())
            .redirectErrorStream(true)
            .start();
    KernelId kernel;
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      kernel =
          lines
              .lines()
              .filter(line -> line.startsWith("KERNEL "))
              .map(line -> KernelId.of(line.substring("KERNEL ".length())))
              .findFirst()
              .orElseThrow(() -> new AssertionError("The agent's process ended early"));
      // Nobody may use the directory beside a living agent.
      assertThatThrownBy(() -> new AgentFixture(AgentFixture.process(data)))
          .isInstanceOf(ProblemException.class);
      process.destroyForcibly().waitFor();
    }
    try (var agent = new AgentFixture(AgentFixture.process(data))) {
      var ran =
          agent.follow(kernel, agent.execute(kernel, CrashingAgent.RUN, Mode.CONTINUE, "", 2000));
      assertThat(ran.status()).isEqualTo("finished");
      // Line 0 may have been handed to the call that began the run; nothing else may be missing.
      assertThat(IntStream.range(0, 50).mapToObj(i -> "line " + i).toList())
          .endsWith(ran.stdout().lines().toArray(String[]::new));
      assertThat(ran.stdout().lines()).hasSizeGreaterThanOrEqualTo(49);
      assertThat(agent.awaitState(kernel, KernelState.RUNNING).generation()).isEqualTo(1);
    }
  }
}
