package org.polykern.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.embedded.EmbeddedServers;

/** {@code up} and {@code down} as processes, with real servers and real kernels. */
class InstanceIT {
  private static final int SIGTERM_EXIT = 128 + 15;

  @TempDir Path directory;

  private LaunchedProcess up(String... more) throws IOException {
    var arguments = new String[more.length + 1];
    arguments[0] = "up";
    System.arraycopy(more, 0, arguments, 1, more.length);
    return LaunchedProcess.start(data(), Map.of(), arguments);
  }

  private LaunchedProcess up() throws IOException {
    return up("--port", "0", "--backend", "process");
  }

  private Path data() {
    return directory.resolve("data");
  }

  private LaunchedProcess down() throws IOException, InterruptedException {
    var down = LaunchedProcess.start(data(), Map.of(), "down");
    assertThat(down.awaitExit()).as(down.lines().toString()).isZero();
    return down;
  }

  private void assertNothingRuns() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(LaunchedProcess.processesNaming(data())).isEmpty());
  }

  @AfterEach
  void stopWhateverRuns() throws IOException, InterruptedException {
    down();
    assertNothingRuns();
  }

  @Test
  void shouldRunCodeSurviveAKillAndLeaveNothingBehind() throws Exception {
    try (var first = up().await("Try: ")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data().resolve("client.env"))))
          .isEqualTo("rw-------");
      try (var client = new TestClient(data())) {
        client.create("kept");
        assertThat(client.run("kept", "x = 6 * 7\nprint(x)")).isEqualTo("42\n");
      }
      try (var second = up()) {
        assertThat(second.awaitExit()).isZero();
        assertThat(second.lines()).singleElement().asString().contains("is running already");
      }
      first.kill();
    }
    var keys = Files.readAllLines(data().resolve("client.env"));
    try (var again = up().await("Try: ");
        var client = new TestClient(data())) {
      assertThat(client.run("kept", "print(x)")).isEqualTo("42\n");
      assertThat(Files.readAllLines(data().resolve("client.env")))
          .filteredOn(line -> line.contains("_KEY="))
          .isEqualTo(keys.stream().filter(line -> line.contains("_KEY=")).toList());
      down();
      again.awaitExit();
    }
    assertNothingRuns();
  }

  @Test
  void shouldClearWhatAKilledInstanceLeft() throws Exception {
    try (var instance = up().await("Try: ");
        var client = new TestClient(data())) {
      client.create("orphan");
      instance.kill();
    }
    assertThat(LaunchedProcess.processesNaming(data())).isNotEmpty();
    down();
    assertNothingRuns();
  }

  @Test
  void shouldUseConfiguredServersAndStartNone() throws Exception {
    try (var servers = EmbeddedServers.temporary()) {
      var postgres = servers.postgres();
      var redis = servers.redis();
      var file =
          Files.writeString(
              directory.resolve("p.toml"),
              """
              [gateway]
              port = 0
              [agent]
              backend = "process"
              [database]
              port = %d
              database = "%s"
              user = "%s"
              password = "%s"
              [redis]
              port = %d
              password = "%s"
              """
                  .formatted(
                      postgres.port(),
                      postgres.database(),
                      postgres.user(),
                      postgres.password(),
                      redis.port(),
                      redis.password()));
      try (var instance = up("--config", file.toString()).await("Try: ")) {
        assertThat(data().resolve("postgres")).doesNotExist();
        assertThat(data().resolve("redis")).doesNotExist();
        try (var status = LaunchedProcess.start(data(), Map.of(), "status", "--json")) {
          assertThat(status.awaitExit()).isZero();
          assertThat(String.join("", status.lines())).contains("\"status\" : \"ALIVE\"");
        }
        down();
        assertThat(instance.awaitExit()).isEqualTo(SIGTERM_EXIT);
      }
      assertThat(postgres.isAlive()).isTrue();
      assertThat(redis.isAlive()).isTrue();
    }
  }

  @Test
  void shouldNameTheTakenPortInOneLine() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        var instance = up("--port", Integer.toString(socket.getLocalPort()))) {
      assertThat(instance.awaitExit()).isEqualTo(1);
      assertThat(instance.lines())
          .singleElement()
          .asString()
          .contains("port " + socket.getLocalPort(), "--port");
    }
    assertNothingRuns();
  }

  @Test
  void shouldNameEveryMistakeInTheConfiguration() throws Exception {
    var file =
        Files.writeString(directory.resolve("p.toml"), "[gatway]\n[agent]\ncpus = \"two\"\n");
    try (var instance = up("--config", file.toString())) {
      assertThat(instance.awaitExit()).isEqualTo(1);
      assertThat(instance.lines())
          .satisfiesExactly(
              line -> assertThat(line).contains("p.toml:1: ", "did you mean gateway?"),
              line -> assertThat(line).contains("p.toml:3: [agent] cpus: Expected a whole number"));
    }
  }

  @Test
  void shouldLeaveNothingWhenStoppedWhileStarting() throws Exception {
    try (var instance = up().await("PostgreSQL")) {
      instance.terminate();
      instance.awaitExit();
    }
    assertNothingRuns();
    assertThat(data().resolve("instance")).doesNotExist();
  }
}
