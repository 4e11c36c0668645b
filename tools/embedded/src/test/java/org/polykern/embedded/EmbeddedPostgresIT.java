package org.polykern.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  private static final EmbeddedSettings SETTINGS = EmbeddedSettings.throwawayData();

  private static final Path SHARED_CACHE = Path.of("/var/lib/polykern/binaries");

  @TempDir Path folder;

  @AfterEach
  void stopWhatIsLeft() {
    EmbeddedPostgres.find(data()).ifPresent(EmbeddedPostgres::stop);
  }

  @Test
  void shouldKeepDataAndPasswordOverRestart() throws Exception {
    String password;
    Path cluster;
    try (EmbeddedPostgres first = EmbeddedPostgres.start(data(), SETTINGS)) {
      password = first.password();
      cluster = clusterOf(first);
      run(first, "CREATE TABLE kept AS SELECT 42 AS answer");
      assertThat(first.adopted()).isFalse();
    }
    assertThat(ProcessTable.running("postgres", cluster)).isEmpty();
    try (EmbeddedPostgres second = EmbeddedPostgres.start(data(), SETTINGS)) {
      assertThat(second.password()).isEqualTo(password);
      assertThat(ask(second, "SELECT answer FROM kept")).isEqualTo("42");
      assertThat(second.adopted()).isFalse();
    }
    assertThat(ProcessTable.running("postgres", cluster)).isEmpty();
    assertThat(EmbeddedPostgres.find(data())).isEmpty();
  }

  @Test
  void shouldKeepCommittedDataOverKillOfTheServer() throws Exception {
    EmbeddedPostgres first = EmbeddedPostgres.start(data());
    run(first, "CREATE TABLE kept AS SELECT 42 AS answer");
    Path pidFile = clusterOf(first).resolve("postmaster.pid");
    kill(first.pid());
    assertThat(pidFile).as("left behind by the kill").exists();
    try (EmbeddedPostgres second = EmbeddedPostgres.start(data())) {
      assertThat(second.adopted()).isFalse();
      assertThat(first.isAlive()).isFalse();
      assertThat(ask(second, "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void shouldStartOverPidFileThatNamesAStranger() throws Exception {
    Path cluster;
    try (EmbeddedPostgres first = EmbeddedPostgres.start(data(), SETTINGS)) {
      cluster = clusterOf(first);
    }
    Files.writeString(
        cluster.resolve("postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + cluster + "\n1\n5432\n\n127.0.0.1\n0 0\nready\n");
    assertThat(EmbeddedPostgres.find(data())).isEmpty();
    try (EmbeddedPostgres second = EmbeddedPostgres.start(data(), SETTINGS)) {
      assertThat(ask(second, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void shouldAdoptLivingServerAndMoveItOnlyForAnotherPort() throws Exception {
    EmbeddedPostgres first = EmbeddedPostgres.start(data(), SETTINGS);
    EmbeddedPostgres again = EmbeddedPostgres.start(data(), SETTINGS);
    assertThat(again.adopted()).isTrue();
    assertThat(again.pid()).isEqualTo(first.pid());
    assertThat(again.port()).isEqualTo(first.port());
    int other = Ports.choose(0, "test");
    try (EmbeddedPostgres moved = EmbeddedPostgres.start(data(), SETTINGS.withPort(other))) {
      assertThat(moved.adopted()).isFalse();
      assertThat(moved.port()).isEqualTo(other);
      assertThat(first.isAlive()).isFalse();
      assertThat(ask(moved, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void shouldHideItsPasswordAndRefuseAnother() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start(data(), SETTINGS)) {
      Path file = data().resolve("password");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(server.toString()).doesNotContain(server.password());
      assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "no"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(ask(server, "SELECT left(rolpassword, 6) FROM pg_authid WHERE rolcanlogin"))
          .isEqualTo("SCRAM-");
    }
  }

  @Test
  void shouldSetANewPasswordWhenTheOldOneIsLost() throws Exception {
    EmbeddedPostgres.start(data(), SETTINGS).close();
    Files.delete(data().resolve("password"));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(data(), SETTINGS)) {
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void shouldNameATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(Ports.at(0));
      assertThatThrownBy(
              () -> EmbeddedPostgres.start(data(), SETTINGS.withPort(taken.getLocalPort())))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("Expected port " + taken.getLocalPort())
          .hasMessageContaining("choose another port");
    }
  }

  @Test
  void shouldStartAfterAnInterruptedFirstStart() throws Exception {
    Path draft = Files.createDirectories(data().resolve("cluster.new"));
    Files.writeString(draft.resolve("PG_VERSION"), "17");
    try (EmbeddedPostgres server = EmbeddedPostgres.start(data(), SETTINGS)) {
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
      assertThat(draft).doesNotExist();
    }
  }

  @Test
  void shouldReportBrokenConfigurationWithTheLog() throws Exception {
    Path cluster;
    try (EmbeddedPostgres first = EmbeddedPostgres.start(data(), SETTINGS)) {
      cluster = clusterOf(first);
    }
    Files.writeString(cluster.resolve("local.conf"), "no_such_setting = 1\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(data(), SETTINGS))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void shouldRunInAFolderThatOnlyRootMayEnter() throws Exception {
    assumeTrue(RunAs.isRoot(), "needs root");
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Path inside = closed.resolve("data");
    try (EmbeddedPostgres server = EmbeddedPostgres.start(inside, SETTINGS)) {
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
      assertThat(clusterOf(server)).startsWith(closed.toRealPath());
    }
  }

  @Test
  void shouldRunAsUnprivilegedUserWhereItMayEnter() throws Exception {
    assumeTrue(RunAs.isRoot(), "needs root");
    Path open = Files.createTempDirectory("polykern-open-");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path data = open.resolve("data");
    EmbeddedSettings settings = SETTINGS.withCache(open.resolve("cache"));
    try (EmbeddedPostgres server = EmbeddedPostgres.start(data, settings, nobody())) {
      assertThat(ask(server, "SELECT 1")).isEqualTo("1");
      assertThat(Files.getOwner(clusterOf(server)).getName()).isEqualTo("nobody");
    } finally {
      DataFiles.deleteTree(open);
    }
  }

  @Test
  void shouldMoveDataOfAnUnprivilegedUserOutOfAClosedFolder() throws Exception {
    assumeTrue(RunAs.isRoot(), "needs root");
    boolean cacheExisted = Files.exists(SHARED_CACHE);
    Path elsewhere = null;
    try (EmbeddedPostgres server = EmbeddedPostgres.start(data(), SETTINGS, nobody())) {
      elsewhere = Path.of(Files.readString(data().resolve("elsewhere")).strip());
      assertThat(elsewhere.toString()).startsWith("/var/lib/polykern/");
      assertThat(clusterOf(server)).isEqualTo(elsewhere);
      run(server, "CREATE TABLE kept AS SELECT 42 AS answer");
      server.stop();
      try (EmbeddedPostgres again = EmbeddedPostgres.start(data(), SETTINGS, nobody())) {
        assertThat(ask(again, "SELECT answer FROM kept")).isEqualTo("42");
      }
    } finally {
      if (elsewhere != null) {
        DataFiles.deleteTree(elsewhere.getParent());
      }
      if (!cacheExisted) {
        DataFiles.deleteTree(SHARED_CACHE);
      }
    }
  }

  @Test
  void shouldFindAServerThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (EmbeddedPostgres server = EmbeddedPostgres.start(link.resolve("pg"), SETTINGS)) {
      assertThat(EmbeddedPostgres.find(link.resolve("pg")))
          .hasValueSatisfying(found -> assertThat(found.pid()).isEqualTo(server.pid()));
      assertThat(EmbeddedPostgres.find(data())).isPresent();
    }
  }

  @Test
  void shouldLetTwoStartersShareOneServer() throws Exception {
    try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<EmbeddedPostgres> start = () -> EmbeddedPostgres.start(data(), SETTINGS);
      List<EmbeddedPostgres> both = new ArrayList<>();
      for (Future<EmbeddedPostgres> one : starters.invokeAll(List.of(start, start))) {
        both.add(one.get());
      }
      assertThat(both).extracting(EmbeddedPostgres::adopted).containsExactlyInAnyOrder(true, false);
      assertThat(both.getFirst().pid()).isEqualTo(both.getLast().pid());
      both.getFirst().stop();
      both.getLast().stop();
      assertThat(both.getLast().isAlive()).isFalse();
    }
  }

  @Test
  void shouldNameAMissingLibrary() throws Exception {
    EmbeddedSettings settings = SETTINGS.withCache(folder.resolve("cache"));
    EmbeddedPostgres.start(data(), settings).close();
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      for (Path file : files.filter(f -> f.toString().contains("libicuuc")).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> EmbeddedPostgres.start(data(), settings))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("a library that it needs is missing")
        .hasMessageContaining("libicuuc");
  }

  @Test
  void shouldNameAFullDisk() throws Exception {
    assumeTrue(RunAs.isRoot(), "needs root to mount a small disk");
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(shell("mount -t tmpfs -o size=200m tmpfs " + disk) == 0, "may not mount");
    try {
      EmbeddedPostgres.start(disk.resolve("pg"), SETTINGS).close();
      assertThat(shell("dd if=/dev/zero of=" + disk + "/filler bs=64k 2>/dev/null")).isNotZero();
      assertThatThrownBy(() -> EmbeddedPostgres.start(disk.resolve("pg"), SETTINGS))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("disk is full");
      assertThatThrownBy(() -> EmbeddedPostgres.start(disk.resolve("other"), SETTINGS))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("128 MiB free");
      Files.delete(disk.resolve("filler"));
      EmbeddedPostgres.start(disk.resolve("pg"), SETTINGS).close();
    } finally {
      EmbeddedPostgres.find(disk.resolve("pg")).ifPresent(EmbeddedPostgres::stop);
      shell("umount " + disk);
    }
  }

  @Test
  void shouldSayWhenNobodyCanRunIt() {
    RunAs impossible = new RunAs(List.of("/no/such/program"), -1, -1, "a ghost");
    assertThatThrownBy(() -> EmbeddedPostgres.start(data(), SETTINGS, List.of(impossible)))
        .isInstanceOf(EmbeddedServerException.class)
        .hasMessageContaining("as a ghost")
        .hasMessageContaining("refuses to run as root");
  }

  private static List<RunAs> nobody() {
    return RunAs.accounts().stream()
        .filter(account -> account.name().equals("nobody"))
        .map(RunAs::user)
        .toList();
  }

  private Path data() {
    return folder.resolve("pg");
  }

  private static Path clusterOf(EmbeddedPostgres server) {
    return ProcessTable.workingDirectory(server.pid()).orElseThrow();
  }

  private static int shell(String command) throws Exception {
    return new ProcessBuilder("/bin/sh", "-c", command).inheritIO().start().waitFor();
  }

  private static void kill(long pid) {
    ProcessTable.Identity process = ProcessTable.identify(pid).orElseThrow();
    Signals.send("KILL", process);
    assertThat(Signals.awaitEnd(process, Duration.ofSeconds(10))).isTrue();
  }

  private static void run(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static Connection connect(EmbeddedPostgres server) throws SQLException {
    return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
  }
}
