package org.polykern.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How an embedded server is to run.
 *
 * @param port TCP port on 127.0.0.1; 0 takes a free one, and then also adopts a living server
 *     whatever its port
 * @param durable true keeps every committed transaction through a power cut; false trades that for
 *     speed, for data that a test throws away
 * @param cache folder for unpacked server binaries, shared by all data directories of this user
 * @param limit how long a start, and a stop, may take before it is given up or forced
 */
public record EmbeddedSettings(int port, boolean durable, Path cache, Duration limit) {

  /** Refuses ports that do not exist and limits that are not positive. */
  public EmbeddedSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("Expected a port from 0 to 65535, but got " + port + ".");
    }
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("Expected a positive limit, but got " + limit + ".");
    }
  }

  /** For data that matters: durable, on a free port. */
  public static EmbeddedSettings durableData() {
    return new EmbeddedSettings(0, true, defaultCache(), Duration.ofSeconds(30));
  }

  /** For tests: nothing is synced to disk, on a free port. */
  public static EmbeddedSettings throwawayData() {
    return new EmbeddedSettings(0, false, defaultCache(), Duration.ofSeconds(30));
  }

  /** The same settings with a given port; 0 means a free one. */
  public EmbeddedSettings withPort(int newPort) {
    return new EmbeddedSettings(newPort, durable, cache, limit);
  }

  /** The same settings with another folder for the unpacked binaries. */
  public EmbeddedSettings withCache(Path newCache) {
    return new EmbeddedSettings(port, durable, newCache, limit);
  }

  /** The same settings with another limit for starting and for stopping. */
  public EmbeddedSettings withLimit(Duration newLimit) {
    return new EmbeddedSettings(port, durable, cache, newLimit);
  }

  private static Path defaultCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg != null && xdg.startsWith("/")
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home", "/tmp"), ".cache");
    return base.resolve("polykern").resolve("embedded");
  }
}
