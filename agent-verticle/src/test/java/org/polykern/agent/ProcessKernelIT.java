package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.kernel.KernelState;

final class ProcessKernelIT {
  @TempDir static Path data;
  private static AgentFixture agent;

  @BeforeAll
  static void start() {
    agent = new AgentFixture(AgentFixture.process(data));
  }

  @AfterAll
  static void stop() {
    agent.close();
  }

  @Test
  void shouldRunCodeAndKeepItsGlobals() {
    var kernel = agent.start();
    assertThat(agent.run(kernel, "a = 6").exitCode()).isZero();
    assertThat(agent.run(kernel, "print(a * 7)").stdout()).isEqualTo("42\n");
    assertThat(agent.run(kernel, "import os; print(repr(os.environ['GREETING']))").stdout())
        .isEqualTo("'hello\\nworld'\n");
    agent.stopAndWait(kernel);
    assertThat(agent.states.get(kernel).reason()).isEqualTo("user-requested");
    assertThat(agent.order).contains(KernelState.CREATING, KernelState.RUNNING);
  }
}
