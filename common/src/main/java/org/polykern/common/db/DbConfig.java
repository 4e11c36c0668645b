package org.polykern.common.db;

/** Where PostgreSQL is. {@code poolSize} bounds the connections used for transactions. */
public record DbConfig(
    String host, int port, String database, String user, String password, int poolSize) {
  /** For Flyway, which speaks JDBC. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }
}
