package org.polykern.launcher.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.polykern.agent.AgentConfig;
import org.polykern.common.config.ConfigReader;
import org.polykern.common.config.SampleConfig;
import org.polykern.common.config.Section;
import org.polykern.gateway.GatewayConfig;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.launcher.cluster.ClusterConfig;
import org.polykern.scheduler.SchedulerConfig;

/**
 * The sections of one configuration file. Construct, add what the command line demands to the
 * sections, then {@link #read}.
 */
public final class Settings {
  private static final String HEAD =
      """
      # Everything that can be configured, at its default. Copy what you change into a file of your
      # own and name it with --config. Environment variables win over the file: [gateway] port is
      # POLYKERN_GATEWAY_PORT. Durations are texts such as "500ms", "30s", "2m", "1h".
      """;

  private final ConfigReader reader;
  public final Section<GatewayConfig> gateway;
  public final Section<SchedulerConfig> scheduler;
  public final Section<AgentConfig> agent;
  public final Section<AppProxyConfig> appProxy;
  public final Section<DatabaseSection> database;
  public final Section<RedisSection> redis;
  public final Section<ClusterConfig> cluster;

  public Settings(Optional<Path> file, Map<String, String> environment) {
    reader = new ConfigReader(file, environment);
    gateway = reader.section("gateway", GatewayConfig.class);
    scheduler = reader.section("scheduler", SchedulerConfig.class);
    agent = reader.section("agent", AgentConfig.class);
    appProxy = reader.section("app-proxy", AppProxyConfig.class);
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

  /** The documented sample file, from the records themselves. */
  public static String sample() {
    return String.join(
        "\n",
        HEAD,
        SampleConfig.section("gateway", "The API that clients use.", GatewayConfig.class),
        SampleConfig.section(
            "scheduler", "Where sessions are placed, and what is given up.", SchedulerConfig.class),
        SampleConfig.section("agent", "What runs the sessions of one machine.", AgentConfig.class),
        SampleConfig.section(
            "app-proxy",
            "Apps of sessions (notebooks and the like) under addresses of their own.",
            AppProxyConfig.class),
        SampleConfig.section(
            "database",
            "A PostgreSQL of your own; without this section one is started below the data"
                + " directory.",
            DatabaseSection.class),
        SampleConfig.section(
            "redis",
            "A Redis of your own; without this section one is started below the data directory.",
            RedisSection.class),
        SampleConfig.section(
            "cluster",
            "How nodes find each other; used by 'polykern node' and 'polykern up --cluster'.",
            ClusterConfig.class));
  }
}
