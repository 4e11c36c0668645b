package org.polykern.launcher.settings;

import org.polykern.common.config.Setting;
import org.polykern.common.db.DbConfig;

/** A PostgreSQL server to use instead of the embedded one. */
public record DatabaseSection(
    @Setting(fallback = "127.0.0.1", about = "Host of the server.") String host,
    @Setting(fallback = "5432", about = "Its port.") int port,
    @Setting(fallback = "polykern", about = "Name of the database; it must exist.") String database,
    @Setting(fallback = "polykern", about = "User, who must own the database.") String user,
    @Setting(fallback = "", about = "The user's password.") String password,
    @Setting(fallback = "16", about = "Most connections for transactions.") int poolSize) {
  /** What the verticles need to know. */
  public DbConfig toDbConfig() {
    return new DbConfig(host, port, database, user, password, poolSize);
  }
}
