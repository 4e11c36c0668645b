package org.polykern.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.polykern.common.id.KernelId;

/** Needs an engine with an image made for kernels; left out, and saying so, without. */
final class DockerKernelIT extends KernelContract {
  @BeforeAll
  static void engine() throws Exception {
    assumeTrue(
        command("docker", "info", "--format", "{{.ServerVersion}}").code() == 0,
        "Left out: no container engine answers");
    assumeTrue(
        !command("docker", "images", "-q", "--filter", "label=ai.backend.kernelspec")
            .output()
            .isBlank(),
        "Left out: the engine has no image made for kernels (./polykern images build python)");
  }

  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data).withBackend(BackendKind.DOCKER);
  }

  @Override
  void killRunner(AgentFixture agent, KernelId kernel) throws Exception {
    command("docker", "kill", "-s", "KILL", containers(kernel));
  }

  @Override
  String leftovers(AgentFixture agent, KernelId kernel) throws Exception {
    return containers(kernel);
  }

  private static String containers(KernelId kernel) throws Exception {
    return command("docker", "ps", "-aq", "--filter", "label=ai.backend.kernel-id=" + kernel)
        .output()
        .strip();
  }

  private record Ended(int code, String output) {}

  private static Ended command(String... words) throws InterruptedException {
    try {
      var process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(30, TimeUnit.SECONDS);
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      return new Ended(127, "");
    }
  }
}
