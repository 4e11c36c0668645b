package org.polykern.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.polykern.common.db.DbConfig;
import org.polykern.common.id.AgentId;

/** Asks from the outside whether the parts of an instance answer. */
final class Health {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int HTTP_TIMEOUT_MILLIS = 3_000;

  /** The agent is scheduled to when its row says so and its heartbeat is fresh. */
  private static final String ALIVE =
      """
      select 1 from agent
      where id = ? and status = 'ALIVE' and last_seen > now() - interval '5 seconds'
      """;

  private Health() {}

  /** One condition, asked again and again. */
  @FunctionalInterface
  private interface Probe {
    boolean holds() throws SQLException;
  }

  static void awaitGateway(URI url) throws InterruptedException, SQLException {
    await(() -> isGatewayHealthy(url), "the gateway to answer at " + url);
  }

  static boolean isGatewayHealthy(URI url) {
    try {
      var connection = (HttpURLConnection) url.resolve("/healthz").toURL().openConnection();
      connection.setConnectTimeout(HTTP_TIMEOUT_MILLIS);
      connection.setReadTimeout(HTTP_TIMEOUT_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notReachable) {
      return false;
    }
  }

  static void awaitAgent(DbConfig database, AgentId agent)
      throws InterruptedException, SQLException {
    try (var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var select = connection.prepareStatement(ALIVE)) {
      select.setString(1, agent.value());
      await(
          () -> {
            try (var rows = select.executeQuery()) {
              return rows.next();
            }
          },
          "agent " + agent + " to register");
    }
  }

  private static void await(Probe probe, String what) throws InterruptedException, SQLException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!probe.holds()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "Expected %s within %d s, but it did not; see the log."
                .formatted(what, PATIENCE.toSeconds()));
      }
      Thread.sleep(PAUSE);
    }
  }
}
