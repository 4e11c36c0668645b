package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.polykern.agent.jail.JailMode;

/** The jail of local processes; left out, and saying so, for an ordinary user. */
final class ProcessJailIT extends JailContract {
  @BeforeAll
  static void root() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "Left out: only root gives the runner a user of its own");
  }

  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data);
  }

  @Test
  void shouldSayThatThereIsNoFilterOnlyWhereThereIsNone() {
    try (var jailed = agent(JailMode.ENFORCE)) {
      assertThat(String.join("\n", jailed.agent.missingIsolation()))
          .doesNotContain("system call filter");
    }
    assertThat(String.join("\n", agent(JailMode.OFF).agent.missingIsolation()))
        .contains("No system call filter");
  }
}
