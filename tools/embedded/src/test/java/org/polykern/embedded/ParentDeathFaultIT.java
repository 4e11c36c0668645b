package org.polykern.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentDeathFaultIT {
  @TempDir Path folder;

  @AfterEach
  void stopWhatIsLeft() {
    EmbeddedPostgres.find(folder.resolve("postgres")).ifPresent(EmbeddedPostgres::stop);
    EmbeddedRedis.find(folder.resolve("redis")).ifPresent(EmbeddedRedis::stop);
  }

  @Test
  void shouldAdoptServersWhoseParentWasKilled() throws Exception {
    String[] started = startInAnotherJvmAndKillIt(folder.toRealPath().toString());
    EmbeddedSettings settings = EmbeddedSettings.throwawayData();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"), settings);
        EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), settings)) {
      assertThat(postgres.adopted()).isTrue();
      assertThat(postgres.pid()).isEqualTo(Long.parseLong(started[1]));
      assertThat(redis.adopted()).isTrue();
      assertThat(redis.pid()).isEqualTo(Long.parseLong(started[2]));
    }
    assertThat(ProcessTable.identify(Long.parseLong(started[1]))).isEmpty();
    assertThat(ProcessTable.identify(Long.parseLong(started[2]))).isEmpty();
  }

  @Test
  void shouldCleanUpTemporaryServersWhoseParentWasKilled() throws Exception {
    String[] started = startInAnotherJvmAndKillIt("temporary");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(ProcessTable.identify(Long.parseLong(started[1]))).isEmpty();
          assertThat(ProcessTable.identify(Long.parseLong(started[2]))).isEmpty();
          assertThat(Path.of(started[0])).doesNotExist();
        });
  }

  @Test
  void shouldStopAndDeleteTemporaryServersOnClose() {
    EmbeddedServers servers = EmbeddedServers.temporary();
    assertThat(servers.postgres().isAlive()).isTrue();
    assertThat(servers.redis().isAlive()).isTrue();
    assertThat(Files.isDirectory(servers.directory())).isTrue();
    servers.close();
    servers.close();
    assertThat(servers.postgres().isAlive()).isFalse();
    assertThat(servers.redis().isAlive()).isFalse();
    assertThat(servers.directory()).doesNotExist();
  }

  private static String[] startInAnotherJvmAndKillIt(String argument) throws IOException {
    Process jvm =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StarterProgram.class.getName(),
                    argument))
            .redirectError(Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
      String line = output.readLine();
      while (line != null && line.split(" ").length != 3) {
        line = output.readLine();
      }
      assertThat(line).as("what the other JVM started").isNotNull();
      return line.split(" ");
    } finally {
      jvm.destroyForcibly().onExit().join();
    }
  }
}
