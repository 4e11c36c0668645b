package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A PostgreSQL and a Redis for a test, over a directory of their own that is deleted on close.
 *
 * <p>When the JVM dies without closing them, by {@code kill -9} too, a guardian process kills them
 * and deletes the directory.
 */
public final class EmbeddedServers implements AutoCloseable {
  private final Path directory;
  private final Guardian guardian;
  private final EmbeddedPostgres postgres;
  private final EmbeddedRedis redis;

  private EmbeddedServers(
      Path directory, Guardian guardian, EmbeddedPostgres postgres, EmbeddedRedis redis) {
    this.directory = directory;
    this.guardian = guardian;
    this.postgres = postgres;
    this.redis = redis;
  }

  /** Starts both on free ports, with nothing synced to disk; takes about a second. */
  public static EmbeddedServers temporary() {
    Path directory = temporaryDirectory();
    Guardian guardian = Guardian.over(directory);
    try {
      EmbeddedSettings settings = EmbeddedSettings.throwawayData();
      EmbeddedPostgres postgres = EmbeddedPostgres.start(directory.resolve("postgres"), settings);
      EmbeddedRedis redis = EmbeddedRedis.start(directory.resolve("redis"), settings);
      return new EmbeddedServers(directory, guardian, postgres, redis);
    } catch (RuntimeException e) {
      guardian.strike();
      throw e;
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("polykern-servers-").toRealPath();
    } catch (IOException e) {
      throw DataFiles.failed("create", Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  /** The PostgreSQL, with an empty database. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** The Redis. */
  public EmbeddedRedis redis() {
    return redis;
  }

  /** The directory that will be deleted. */
  public Path directory() {
    return directory;
  }

  /** Stops both servers and deletes their directory. Closing twice does nothing. */
  @Override
  public void close() {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      redis.stop();
      postgres.stop();
    } finally {
      guardian.strike();
    }
  }
}
