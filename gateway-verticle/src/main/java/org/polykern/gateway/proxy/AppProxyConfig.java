package org.polykern.gateway.proxy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.config.Setting;

/** Settings of the app proxy, table {@code [app-proxy]}. */
public record AppProxyConfig(
    @Setting(
            fallback = "127.0.0.1",
            about = "Address to listen on, for the coordinator and for apps; 0.0.0.0 for all.")
        String host,
    @Setting(
            fallback = "",
            about = "Host name or address that browsers reach it by; empty: host, or this machine.")
        String advertisedHost,
    @Setting(
            fallback = "",
            about = "Name that a worker keeps over restarts; empty: host name and api-port.")
        String authority,
    @Setting(fallback = "true", about = "Whether this node coordinates.") boolean coordinator,
    @Setting(fallback = "true", about = "Whether this node carries apps' traffic.") boolean worker,
    @Setting(
            fallback = "10200",
            about = "The coordinator's port; a free one is taken when it is in use (the log says).")
        int port,
    @Setting(fallback = "10201", about = "The worker's own port; the same holds.") int apiPort,
    @Setting(
            fallback = "10205-10300",
            about = "Ports for apps, one for each; 0 takes free ports of the machine.")
        String portRange,
    @Setting(
            fallback = "",
            about = "Apps get names below this domain, such as apps.example.org, and no ports.")
        String wildcardDomain,
    @Setting(fallback = "10205", about = "Port for all apps below the wildcard domain.")
        int wildcardPort,
    @Setting(
            fallback = "",
            about = "Certificate chain (PEM); with tls-key, everything is served over TLS.")
        String tlsCert,
    @Setting(fallback = "", about = "Its private key (PEM).") String tlsKey,
    @Setting(
            fallback = "",
            about = "What a manager shows to register sessions; empty: made up, nobody knows it.")
        String managerSecret,
    @Setting(
            fallback = "",
            about = "What a worker shows; empty: made up, workers of other nodes share it.")
        String workerSecret,
    @Setting(fallback = "", about = "Proxies (CIDR) whose X-Forwarded-For is believed.")
        List<String> trustedProxies,
    @Setting(fallback = "5m", about = "How long the token of start-service is good.")
        Duration tokenTtl,
    @Setting(fallback = "7d", about = "How long a browser may come back without a new token.")
        Duration permitTtl,
    @Setting(fallback = "1h", about = "An app that nobody uses for so long loses its address.")
        Duration inactivity,
    @Setting(fallback = "10m", about = "How long an app may take to begin an answer.")
        Duration answerTimeout,
    @Setting(fallback = "5s", about = "Time between two heartbeats of a worker.")
        Duration heartbeat,
    @Setting(fallback = "30s", about = "A worker that is silent for so long is lost.")
        Duration lostAfter,
    @Setting(fallback = "interactive,inference", about = "Traffic that the worker accepts.")
        List<String> acceptedTraffics,
    @Setting(fallback = "false", about = "The worker takes only apps that match app-filters.")
        boolean filteredAppsOnly,
    @Setting(
            fallback = "",
            about = "Apps that are this worker's first, as session.user_uuid=ID and the like.")
        List<String> appFilters) {

  private static final int MIN_SECRET = 16;
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");
  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final Pattern FILTER =
      Pattern.compile(
          "(session\\.(user_uuid|group_id|access_key|domain_name|id)|endpoint\\.id)=(.+)");

  public AppProxyConfig {
    trustedProxies = List.copyOf(trustedProxies);
    acceptedTraffics = List.copyOf(acceptedTraffics);
    appFilters = List.copyOf(appFilters);
    requirePort("port", port);
    requirePort("api-port", apiPort);
    requirePort("wildcard-port", wildcardPort);
    ports(portRange);
    if (!wildcardDomain.isEmpty() && !DOMAIN.matcher(wildcardDomain).matches()) {
      throw new IllegalArgumentException(
          "Expected a domain such as apps.example.org as wildcard-domain, but got '"
              + wildcardDomain
              + "'");
    }
    if (tlsCert.isEmpty() != tlsKey.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected both tls-cert and tls-key, or neither, but got one of them");
    }
    requireSecret("manager-secret", managerSecret);
    requireSecret("worker-secret", workerSecret);
    requireBlocks(trustedProxies);
    for (var traffic : acceptedTraffics) {
      if (!List.of("interactive", "inference").contains(traffic)) {
        throw new IllegalArgumentException(
            "Expected interactive or inference as accepted-traffics, but got '" + traffic + "'");
      }
    }
    for (var filter : appFilters) {
      if (!FILTER.matcher(filter).matches()) {
        throw new IllegalArgumentException(
            "Expected an app-filter such as session.user_uuid=ID, but got '" + filter + "'");
      }
    }
    if (!lostAfter.minus(heartbeat).isPositive() || !heartbeat.isPositive()) {
      throw new IllegalArgumentException(
          "Expected lost-after above heartbeat above 0, but got "
              + lostAfter
              + " and "
              + heartbeat);
    }
  }

  /** The fallbacks, on free ports. */
  public static AppProxyConfig onFreePorts() {
    return new AppProxyConfig(
        "127.0.0.1",
        "",
        "",
        true,
        true,
        0,
        0,
        "0",
        "",
        0,
        "",
        "",
        "",
        "",
        List.of(),
        Duration.ofMinutes(5),
        Duration.ofDays(7),
        Duration.ofHours(1),
        Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        List.of("interactive", "inference"),
        false,
        List.of());
  }

  public boolean usesTls() {
    return !tlsCert.isEmpty();
  }

  public String scheme() {
    return usesTls() ? "https" : "http";
  }

  public boolean isWildcard() {
    return !wildcardDomain.isEmpty();
  }

  /** First and last port for apps; null: any free one. */
  public int @Nullable [] ports() {
    return ports(portRange);
  }

  /** Filters by key. */
  public Map<String, String> filters() {
    var result = new TreeMap<String, String>();
    for (var filter : appFilters) {
      var equals = filter.indexOf('=');
      result.put(filter.substring(0, equals), filter.substring(equals + 1));
    }
    return result;
  }

  private static int @Nullable [] ports(String range) {
    if (range.equals("0")) {
      return null;
    }
    var matcher = RANGE.matcher(range);
    if (matcher.matches()) {
      var first = Integer.parseInt(matcher.group(1));
      var last = Integer.parseInt(matcher.group(2));
      if (first >= 1 && first <= last && last <= 65_535) {
        return new int[] {first, last};
      }
    }
    throw new IllegalArgumentException(
        "Expected a port-range such as 10205-10300, or 0, but got '" + range + "'");
  }

  private static void requirePort(String key, int value) {
    if (value < 0 || value > 65_535) {
      throw new IllegalArgumentException("Expected " + key + " from 0 to 65535, but got " + value);
    }
  }

  private static void requireSecret(String key, String value) {
    if (!value.isEmpty() && value.length() < MIN_SECRET) {
      throw new IllegalArgumentException(
          "Expected a " + key + " of " + MIN_SECRET + " characters or more, but got a shorter one");
    }
  }

  private static void requireBlocks(List<String> blocks) {
    for (var block : blocks) {
      if (!ClientBlocks.isBlock(block)) {
        throw new IllegalArgumentException(
            "Expected addresses or CIDR blocks as trusted-proxies, but got '" + block + "'");
      }
    }
  }
}
