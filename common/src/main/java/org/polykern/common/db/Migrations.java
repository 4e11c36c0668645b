package org.polykern.common.db;

import org.flywaydb.core.Flyway;

/** Brings the schema up to date from the numbered files in {@code db/migration}. Blocks. */
public final class Migrations {
  private Migrations() {}

  /** Throws FlywayException naming the failed file and statement. */
  public static void migrate(DbConfig config) {
    Flyway.configure()
        .dataSource(config.jdbcUrl(), config.user(), config.password())
        .locations("classpath:db/migration")
        .connectRetries(10)
        .load()
        .migrate();
  }
}
