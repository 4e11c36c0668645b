package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.cli.client.ApiClient;

/** The official JavaScript SDK from its registry, unmodified, against the running product. */
@ExtendWith(SharedProduct.class)
class JsSdkIT {
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "sdk-check.cjs");

  private static Path directory;

  @BeforeAll
  static void install() throws Exception {
    Assumptions.assumeTrue(onPath("npm") && onPath("node"), "Left out the SDK: no npm or no node");
    directory = Repository.root().resolve("tools/e2e/target/js");
    Files.createDirectories(directory);
    for (String file : FILES) {
      Files.copy(
          Repository.root().resolve("tools/e2e/src/test/js").resolve(file),
          directory.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(directory.resolve("node_modules/backend.ai-client/package.json"))) {
      execute(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--no-progress");
    }
  }

  @Test
  void shouldServeTheSdkOnTheProcessBackend(Product product) throws Exception {
    check(product);
  }

  @Test
  void shouldServeTheSdkOnTheDockerBackend(@OnDocker Product product) throws Exception {
    check(product);
  }

  /** Or else the docker tests would pass on whatever backend the instance fell back to. */
  @Test
  void shouldKeepDockerSessionsInContainers(@OnDocker Product product) throws Exception {
    String name = "sdk-container";
    assertThat(product.cli("start", "--name", name, "python").exitCode()).isZero();
    String id =
        ApiClient.JSON
            .readTree(product.cli("info", "--json", name).out())
            .path("containerId")
            .asText();
    assertThat(DockerEngine.hasContainer(id)).as("container %s", id).isTrue();
    assertThat(product.cli("rm", name).exitCode()).isZero();
    await().atMost(Duration.ofSeconds(30)).until(() -> !DockerEngine.hasContainer(id));
  }

  private static void check(Product product) throws Exception {
    String log = execute(product.environment("client.env"), "node", "sdk-check.cjs");
    // A script that ran no check at all must not pass.
    assertThat(log.lines().filter(line -> line.startsWith("ok - "))).hasSizeGreaterThan(12);
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static String execute(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(directory, command[0], ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(150, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    String text = Files.readString(log, StandardCharsets.UTF_8);
    Files.delete(log);
    assertThat(ended && process.exitValue() == 0)
        .as("%s:%n%s", String.join(" ", command), text)
        .isTrue();
    return text;
  }
}
