package org.polykern.launcher;

import java.util.Optional;
import org.polykern.common.db.DbConfig;
import org.polykern.embedded.EmbeddedPostgres;
import org.polykern.launcher.instance.DataDirectory;
import org.polykern.launcher.settings.DatabaseSection;
import org.polykern.launcher.settings.Settings;

/** Where the database of an instance is, for processes that did not start it. */
final class Embedded {
  private Embedded() {}

  static DbConfig dbConfig(EmbeddedPostgres postgres, int poolSize) {
    return new DbConfig(
        postgres.host(),
        postgres.port(),
        postgres.database(),
        postgres.user(),
        postgres.password(),
        poolSize);
  }

  /** The configured database, or the embedded one if it runs. */
  static Optional<DbConfig> find(DataDirectory data, Settings settings) {
    return settings
        .database
        .find()
        .map(DatabaseSection::toDbConfig)
        .or(() -> EmbeddedPostgres.find(data.postgres()).map(own -> dbConfig(own, 1)));
  }
}
