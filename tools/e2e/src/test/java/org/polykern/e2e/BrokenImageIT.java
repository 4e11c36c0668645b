package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.e2e.Product.Result;

/** An image whose labels promise an interpreter that it has not. */
@ExtendWith(SharedProduct.class)
class BrokenImageIT {
  private static final String BROKEN = "polykern-test/lua-without-lua:1";
  private static final int NO_SUCH_IMAGE = 3;

  @Test
  void shouldNameTheInterpreterThatIsMissing(@OnDocker Product product) throws Exception {
    String image = Repository.recipe("lua", "image");
    Assumptions.assumeTrue(
        DockerEngine.hasImage(image), "Left out a broken image: there is no " + image);
    docker("FROM " + image + "\nRUN rm /usr/bin/lua5.4\n", "build", "-q", "-t", BROKEN, "-");
    try {
      AtomicReference<Result> last = new AtomicReference<>();
      // The agent tells of new images with a later heartbeat.
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> {
            last.set(product.cli("run", "-c", "print(1)", BROKEN));
            return last.get().exitCode() != NO_SUCH_IMAGE;
          });
      assertThat(last.get())
          .isEqualTo(
              new Result(
                  127,
                  "",
                  "The Lua interpreter could not be started: expected an executable at"
                      + " /usr/bin/lua5.4, but there is none.\n"));
    } finally {
      docker("", "image", "rm", BROKEN);
    }
  }

  private static void docker(String stdin, String... arguments)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(java.util.List.of("docker"));
    command.addAll(java.util.List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in = process.getOutputStream()) {
      in.write(stdin.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(process.waitFor()).as("docker %s", String.join(" ", arguments)).isZero();
  }
}
