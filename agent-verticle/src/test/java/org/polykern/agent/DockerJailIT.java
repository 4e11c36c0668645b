package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.jail.JailMode;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;

/** The jail in containers, and the policies of images. */
final class DockerJailIT extends JailContract {
  private static final String OF_IMAGE =
      "version: polykern/1\nname: of-image\nrefused_syscalls: [sched_yield]\n";

  @TempDir Path context;

  @BeforeAll
  static void engine() throws Exception {
    DockerKernelIT.engine();
  }

  @Override
  AgentConfig config(Path data) {
    return AgentFixture.process(data).withBackend(BackendKind.DOCKER);
  }

  private TestImage image(String policy) throws Exception {
    Files.writeString(context.resolve("policy.yml"), policy);
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM "
            + TestImage.python()
            + "\nLABEL org.polykern.aliases=\"\"\nCOPY policy.yml /etc/backend.ai/jail/policy.yml\n");
    return new TestImage("docker build -q " + context + " -t ");
  }

  private static KernelId start(AgentFixture agent, TestImage image) {
    Awaitility.await()
        .atMost(AgentFixture.LONG)
        .until(() -> agent.images.stream().anyMatch(i -> i.name().equals(image.canonical())));
    var kernel = KernelId.random();
    agent.start(agent.spec(kernel, "512m", image.canonical()), 1);
    return kernel;
  }

  @Test
  void shouldHonourTheImagesPolicyUnlessTheOperatorHasOne() throws Exception {
    try (var image = image(OF_IMAGE)) {
      var agent = agent(JailMode.ENFORCE);
      var kernel = start(agent, image);
      agent.awaitState(kernel, KernelState.RUNNING);
      assertThat(agent.run(kernel, YIELD).stderr())
          .contains("jail: sched_yield(2) is not allowed by policy 'of-image'");
      operatorWrites("default.yml", "version: polykern/1\nname: of-operator\n");
      var second = start(agent, image);
      agent.awaitState(second, KernelState.RUNNING);
      assertThat(agent.run(second, YIELD).stdout()).isEqualTo("yielded\n");
    }
  }

  @Test
  void shouldRefuseAnImageWhosePolicyIsBrokenOrWidens() throws Exception {
    try (var image = image("version: polykern/1\nrefused_syscalls: [sokcet]\n")) {
      var agent = agent(JailMode.ENFORCE);
      var kernel = start(agent, image);
      assertThat(agent.awaitState(kernel, KernelState.REJECTED).failure().message())
          .contains("/etc/backend.ai/jail/policy.yml:2: ", "'socket'");
    }
  }

  @Test
  void shouldGiveTheFirstProcessOfAContainerThreeCapabilities() throws Exception {
    var kernel = agent(JailMode.ENFORCE).start();
    var users = users(kernel);
    assertThat(users.keySet()).hasSize(4);
    users.keySet().removeAll(java.util.Set.of("pk-runner", "pk-jail", "python3"));
    assertThat(users.values().iterator().next()).containsExactly("0 0 0 0 00000000000000e0");
  }
}
