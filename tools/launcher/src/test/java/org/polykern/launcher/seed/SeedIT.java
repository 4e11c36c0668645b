package org.polykern.launcher.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.common.db.DbConfig;
import org.polykern.common.db.Migrations;
import org.polykern.embedded.EmbeddedServers;

class SeedIT {
  private static EmbeddedServers servers;
  private static DbConfig database;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    servers = EmbeddedServers.temporary();
    var own = servers.postgres();
    database = new DbConfig(own.host(), own.port(), own.database(), own.user(), own.password(), 2);
    Migrations.migrate(database);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void shouldPlantOnceAndReadTheSameKeysAgain() throws Exception {
    var box = SecretKeyFile.open(directory.resolve("secret.key"));
    truncate();
    Seed.Keys first;
    try (var threads = Executors.newFixedThreadPool(2)) {
      // Two nodes over one empty database.
      var one = threads.submit(() -> Seed.plant(database, box));
      var other = threads.submit(() -> Seed.plant(database, box));
      first = one.get();
      assertThat(other.get()).isEqualTo(first);
    }
    assertThat(Seed.plant(database, SecretKeyFile.open(directory.resolve("secret.key"))))
        .isEqualTo(first);
    assertThat(first.admin()).isNotEqualTo(first.user());
    assertThat(count("keypair")).isEqualTo(2);
    assertThat(count("project_member")).isEqualTo(2);
    assertThat(
            one(
                "select u.role || ' ' || k.is_admin from keypair k join app_user u on u.id ="
                    + " k.user_id where k.access_key = '"
                    + first.admin().accessKey()
                    + "'"))
        .isEqualTo("superadmin true");
  }

  @Test
  void shouldNotStoreSecretsInTheClear() throws Exception {
    truncate();
    var keys = Seed.plant(database, SecretKeyFile.open(directory.resolve("secret.key")));
    assertThat(one("select encode(secret_key, 'escape') from keypair limit 1"))
        .doesNotContain(keys.admin().secretKey())
        .doesNotContain(keys.user().secretKey());
  }

  @Test
  void shouldSayThatTheKeyFileIsAnotherOne() throws Exception {
    truncate();
    Seed.plant(database, SecretKeyFile.open(directory.resolve("secret.key")));
    var other = SecretKeyFile.open(directory.resolve("other.key"));
    assertThatThrownBy(() -> Seed.plant(database, other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("key file");
  }

  @Test
  void shouldRefuseDamagedKeyFile() throws Exception {
    var file = Files.writeString(directory.resolve("secret.key"), "not hexadecimal");
    assertThatThrownBy(() -> SecretKeyFile.open(file))
        .hasMessageContaining("64 hexadecimal digits");
  }

  private static void truncate() throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("truncate domain, keypair_policy, scaling_group cascade");
    }
  }

  private static long count(String table) throws SQLException {
    return Long.parseLong(one("select count(*) from " + table));
  }

  private static String one(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static java.sql.Connection connect() throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }
}
