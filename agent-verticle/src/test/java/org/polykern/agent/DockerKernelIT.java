package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;

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

  record Ended(int code, String output) {}

  static Ended command(String... words) throws InterruptedException {
    try {
      var process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(30, TimeUnit.SECONDS);
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      return new Ended(127, "");
    }
  }

  @Test
  void shouldRefuseMuslWithAReason(@TempDir Path files) throws Exception {
    Files.createDirectories(files.resolve("lib"));
    Files.writeString(files.resolve("lib/ld-musl-x86_64.so.1"), "");
    try (var image = new TestImage("tar -C " + files + " -c lib | docker import - ")) {
      var failure = rejected(image);
      assertThat(failure).contains("musl").contains("Debian");
    }
  }

  @Test
  void shouldRunAnImageWithoutLabels(@TempDir Path other) throws Exception {
    var made = TestImage.python(); // others have no Python to find
    var container = "polykern-it-" + KernelId.random().toString().substring(0, 8);
    var pipe =
        "docker create --name "
            + container
            + " "
            + made
            + " x >/dev/null && docker export "
            + container
            + " | docker import - ";
    try (var image = new TestImage(pipe);
        var agent = new AgentFixture(config(other))) {
      Awaitility.await()
          .atMost(AgentFixture.LONG)
          .until(() -> agent.images.stream().anyMatch(i -> i.aliases().contains(image.name)));
      var kernel = KernelId.random();
      agent.start(agent.spec(kernel, "512m", image.canonical()), 1);
      agent.awaitState(kernel, KernelState.RUNNING);
      assertThat(agent.run(kernel, "print(6 * 7)").stdout()).isEqualTo("42\n");
    } finally {
      command("docker", "rm", "-f", container);
    }
  }

  private String rejected(TestImage image) {
    try (var agent = new AgentFixture(config(data))) {
      var kernel = KernelId.random();
      agent.start(agent.spec(kernel, "512m", image.canonical()), 1);
      return agent.awaitState(kernel, KernelState.REJECTED).failure().message();
    }
  }
}
