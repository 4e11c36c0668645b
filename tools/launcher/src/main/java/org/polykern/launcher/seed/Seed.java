package org.polykern.launcher.seed;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.polykern.common.db.DbConfig;
import org.polykern.common.secret.SecretBox;

/** Brings the rows that an empty installation needs; leaves existing rows alone. */
public final class Seed {
  static final String ADMIN = "admin@polykern.local";
  static final String USER = "user@polykern.local";

  /** The keys of the two first users. */
  public record Keys(KeyPair admin, KeyPair user) {}

  private static final String ROWS =
      """
      insert into domain (name, description) values ('default', 'The default domain')
        on conflict do nothing;
      insert into project (domain_name, name, description)
        values ('default', 'default', 'The default project') on conflict do nothing;
      insert into scaling_group (name, description) values ('default', 'All agents')
        on conflict do nothing;
      insert into keypair_policy (name, max_concurrent_sessions, max_containers_per_session)
        values ('default', 1000, 16) on conflict do nothing;
      insert into app_user (email, username, full_name, role, domain_name) values
        ('admin@polykern.local', 'admin', 'Administrator', 'superadmin', 'default'),
        ('user@polykern.local', 'user', 'User', 'user', 'default')
        on conflict do nothing;
      insert into project_member (project_id, user_id)
        select p.id, u.id from project p, app_user u
        where p.domain_name = 'default' and p.name = 'default'
          and u.email in ('admin@polykern.local', 'user@polykern.local')
        on conflict do nothing;
      """;

  private static final String KEYPAIR_OF =
      """
      select k.access_key, k.secret_key from keypair k join app_user u on u.id = k.user_id
      where u.email = ? and k.is_active order by k.created_at limit 1
      """;

  private static final String NEW_KEYPAIR =
      """
      insert into keypair (access_key, secret_key, user_id, is_admin, policy)
      select ?, ?, id, role in ('superadmin', 'admin'), 'default' from app_user where email = ?
      """;

  private Seed() {}

  /**
   * Seeds the database and reads the two first users' keys.
   *
   * @throws SQLException when the database refuses
   * @throws IllegalStateException when the stored secrets were sealed with another key
   */
  public static Keys plant(DbConfig database, SecretBox box) throws SQLException {
    try (var connection =
        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        // Two nodes may start over one empty database at once.
        statement.execute("lock table domain in share row exclusive mode");
        statement.execute(ROWS);
      }
      var keys = new Keys(keyPair(connection, box, ADMIN), keyPair(connection, box, USER));
      connection.commit();
      return keys;
    }
  }

  private static KeyPair keyPair(Connection connection, SecretBox box, String email)
      throws SQLException {
    try (var select = connection.prepareStatement(KEYPAIR_OF)) {
      select.setString(1, email);
      try (var rows = select.executeQuery()) {
        if (rows.next()) {
          return new KeyPair(rows.getString(1), box.open(rows.getBytes(2)));
        }
      }
    }
    var fresh = KeyPair.random(new SecureRandom());
    try (var insert = connection.prepareStatement(NEW_KEYPAIR)) {
      insert.setString(1, fresh.accessKey());
      insert.setBytes(2, box.seal(fresh.secretKey()));
      insert.setString(3, email);
      insert.executeUpdate();
    }
    return fresh;
  }
}
