package org.polykern.launcher.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.polykern.agent.AgentConfig;
import org.polykern.common.config.ConfigReader;
import org.polykern.common.config.Section;
import org.polykern.launcher.cluster.ClusterConfig;

/**
 * The sections of one configuration file. Construct, add what the command line demands to the
 * sections, then {@link #read}.
 */
public final class Settings {
  private final ConfigReader reader;
  public final Section<AgentConfig> agent;
  public final Section<DatabaseSection> database;
  public final Section<RedisSection> redis;
  public final Section<ClusterConfig> cluster;

  public Settings(Optional<Path> file, Map<String, String> environment) {
    reader = new ConfigReader(file, environment);
    agent = reader.section("agent", AgentConfig.class);
    database = reader.optionalSection("database", DatabaseSection.class);
    redis = reader.optionalSection("redis", RedisSection.class);
    cluster = reader.section("cluster", ClusterConfig.class);
  }

  /**
   * Reads everything.
   *
   * @throws org.polykern.common.config.ConfigException with all errors
   */
  public Settings read() {
    reader.finish();
    return this;
  }
}
