package org.polykern.launcher.settings;

import org.polykern.common.config.RedisConfig;
import org.polykern.common.config.Setting;

/** A Redis server to use instead of the embedded one. */
public record RedisSection(
    @Setting(fallback = "127.0.0.1", about = "Host of the server.") String host,
    @Setting(fallback = "6379", about = "Its port.") int port,
    @Setting(fallback = "", about = "Its password; empty when it needs none.") String password) {
  /** What the verticles need to know. */
  public RedisConfig toRedisConfig() {
    return new RedisConfig(host, port, password);
  }
}
