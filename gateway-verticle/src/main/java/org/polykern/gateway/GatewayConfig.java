package org.polykern.gateway;

import org.polykern.common.config.Setting;
import org.polykern.gateway.http.ApiVersion;

/** Settings of the gateway, table {@code [gateway]}. */
public record GatewayConfig(
    @Setting(fallback = "127.0.0.1", about = "Address to listen on; 0.0.0.0 for all.") String host,
    @Setting(fallback = "8090", about = "Port to listen on; 0 picks a free one.") int port,
    @Setting(fallback = "v6.20220615", about = "API version told to clients.") String apiVersion,
    @Setting(
            fallback = "22.09.0",
            about = "Manager version told to clients, YY.MM.P; they switch features by it.")
        String managerVersion,
    @Setting(fallback = "16777216", about = "Largest body of a request in bytes.") long maxBody,
    @Setting(fallback = "20000", about = "Requests in work at the same time.") int maxRequests,
    @Setting(fallback = "900", about = "Window of the rate limit in seconds.")
        int rateWindowSeconds) {
  public GatewayConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("Expected a port from 0 to 65535, but got " + port);
    }
    ApiVersion.of(apiVersion);
    if (!managerVersion.matches("\\d{2}\\.\\d{2}\\.\\d+\\w*")) {
      throw new IllegalArgumentException(
          "Expected a manager version such as 22.09.0, but got '" + managerVersion + "'");
    }
    if (maxBody < 65_536 || maxBody > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Expected a largest body of 65536 bytes to 2 GiB, but got " + maxBody);
    }
    if (maxRequests < 1) {
      throw new IllegalArgumentException(
          "Expected at least one request in work, but got " + maxRequests);
    }
    if (rateWindowSeconds < 1) {
      throw new IllegalArgumentException(
          "Expected a window of at least 1 s, but got " + rateWindowSeconds);
    }
  }

  /** All fallbacks, on the given port. */
  public static GatewayConfig onPort(int port) {
    return new GatewayConfig("127.0.0.1", port, "v6.20220615", "22.09.0", 16_777_216, 20_000, 900);
  }
}
