package org.polykern.launcher;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import org.polykern.launcher.settings.Settings;

/** Turns options and the configuration file into settings for one process. */
final class NodeSetup {
  /** The folder with {@code lib/} and {@code kernel/}; set by the script. */
  private static final String HOME = "polykern.home";

  private static final int AGENT_ID_LENGTH = 64;

  private NodeSetup() {}

  /** Reads the file; the command line wins over it. Throws ConfigException with all errors. */
  static Settings read(NodeOptions options) {
    var settings = new Settings(options.config(), System.getenv());
    options.port().ifPresent(port -> settings.gateway.demand("port", port));
    settings
        .agent
        .orElse("id", "i-" + hostName())
        .orElse("data-dir", options.data().agent())
        .orElse("kernel-home", home().resolve("kernel"));
    options.agentId().ifPresent(id -> settings.agent.demand("id", id));
    options.backend().ifPresent(backend -> settings.agent.demand("backend", backend));
    return settings.read();
  }

  private static Path home() {
    return Path.of(System.getProperty(HOME, "target/dist")).toAbsolutePath().normalize();
  }

  private static String hostName() {
    try {
      var name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      var clean = name.replaceAll("[^a-z0-9._-]", "-");
      return clean.substring(0, Math.min(clean.length(), AGENT_ID_LENGTH - 2));
    } catch (UnknownHostException e) {
      return "local";
    }
  }
}
