package org.polykern.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {
  private static final EmbeddedSettings SETTINGS = EmbeddedSettings.throwawayData();

  @TempDir Path folder;

  @AfterEach
  void stopWhatIsLeft() {
    EmbeddedRedis.find(folder).ifPresent(EmbeddedRedis::stop);
  }

  @Test
  void shouldAnswerToItsPasswordAlone() throws Exception {
    try (EmbeddedRedis server = EmbeddedRedis.start(folder, SETTINGS)) {
      assertThat(new RedisLink(server.port(), server.password()).answers()).isTrue();
      assertThat(new RedisLink(server.port(), "other").answers()).isFalse();
      assertThat(server.toString()).doesNotContain(server.password());
      for (String secret : new String[] {"password", "redis.conf"}) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve(secret))))
            .isEqualTo("rw-------");
      }
    }
    assertThat(ProcessTable.running("redis-server", folder.toRealPath())).isEmpty();
  }

  @Test
  void shouldAdoptWhenAliveAndReplaceWhenKilled() throws Exception {
    EmbeddedRedis first = EmbeddedRedis.start(folder, SETTINGS);
    EmbeddedRedis adopted = EmbeddedRedis.start(folder, SETTINGS);
    assertThat(adopted.adopted()).isTrue();
    assertThat(adopted.pid()).isEqualTo(first.pid());
    ProcessTable.Identity process = ProcessTable.identify(first.pid()).orElseThrow();
    Signals.send("KILL", process);
    assertThat(Signals.awaitEnd(process, Duration.ofSeconds(5))).isTrue();
    assertThat(EmbeddedRedis.find(folder)).isEmpty();
    try (EmbeddedRedis second = EmbeddedRedis.start(folder, SETTINGS)) {
      assertThat(second.adopted()).isFalse();
      assertThat(second.pid()).isNotEqualTo(first.pid());
      assertThat(second.password()).isEqualTo(first.password());
    }
  }

  @Test
  void shouldReplaceALivingServerThatDoesNotKnowThePassword() throws Exception {
    EmbeddedRedis first = EmbeddedRedis.start(folder, SETTINGS);
    Files.delete(folder.resolve("password"));
    try (EmbeddedRedis second = EmbeddedRedis.start(folder, SETTINGS)) {
      assertThat(second.adopted()).isFalse();
      assertThat(first.isAlive()).isFalse();
      assertThat(second.isAlive()).isTrue();
    }
  }

  @Test
  void shouldNameATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(Ports.at(0));
      assertThatThrownBy(() -> EmbeddedRedis.start(folder, SETTINGS.withPort(taken.getLocalPort())))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("Expected port " + taken.getLocalPort());
    }
  }

  @Test
  void shouldStopTwiceWithoutComplaint() {
    EmbeddedRedis server = EmbeddedRedis.start(folder, SETTINGS);
    server.stop();
    server.stop();
    assertThat(server.isAlive()).isFalse();
  }
}
