package org.polykern.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.polykern.common.db.DbConfig;
import org.polykern.launcher.instance.DataDirectory;
import org.polykern.launcher.instance.InstanceRecord;
import org.polykern.launcher.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how an instance is. Exit code 0 when it is ready, 3 when it is not running. */
@Command(name = "status", description = "Say what is running.")
final class StatusCommand implements Callable<Integer> {
  private static final int NOT_RUNNING = 3;

  /** One agent as its row tells. */
  record Agent(String id, String status, String backend, long secondsSinceHeartbeat) {}

  /** What the database tells. */
  record Rows(List<Agent> agents, Map<String, Long> sessions) {}

  private static final String AGENTS =
      """
      select id, status, backend, extract(epoch from now() - last_seen)::bigint
      from agent where status <> 'TERMINATED' order by id
      """;

  private static final String SESSIONS =
      """
      select status, count(*) from session where status not in ('TERMINATED', 'CANCELLED')
      group by status order by status
      """;

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    var directory = data.get();
    var record = InstanceRecord.living(directory);
    if (record.isEmpty()) {
      Console.say(json ? "{\"running\":false}" : "Polykern is not running.");
      return NOT_RUNNING;
    }
    var instance = record.get();
    var healthy = instance.url().isEmpty() || Health.isGatewayHealthy(URI.create(instance.url()));
    var rows = database(directory, instance).flatMap(StatusCommand::read);
    if (json) {
      Console.say(document(instance, healthy, rows));
    } else {
      print(instance, healthy, rows);
    }
    return healthy && instance.state().equals(InstanceRecord.READY) ? 0 : 1;
  }

  private static Optional<DbConfig> database(DataDirectory directory, InstanceRecord instance) {
    var file = Optional.of(instance.config()).filter(path -> !path.isEmpty()).map(Path::of);
    var settings = new Settings(file, System.getenv());
    settings.agent.orElse("id", "i-status").orElse("data-dir", ".").orElse("kernel-home", ".");
    return Embedded.find(directory, settings.read());
  }

  private static Optional<Rows> read(DbConfig database) {
    try (var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var statement = connection.createStatement()) {
      var agents = new ArrayList<Agent>();
      try (var rows = statement.executeQuery(AGENTS)) {
        while (rows.next()) {
          agents.add(
              new Agent(rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
        }
      }
      var sessions = new LinkedHashMap<String, Long>();
      try (var rows = statement.executeQuery(SESSIONS)) {
        while (rows.next()) {
          sessions.put(rows.getString(1), rows.getLong(2));
        }
      }
      return Optional.of(new Rows(agents, sessions));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static void print(InstanceRecord instance, boolean healthy, Optional<Rows> rows) {
    Console.say(
        "Polykern is %s%s"
            .formatted(
                healthy ? instance.state() : "running, but its gateway does not answer",
                instance.url().isEmpty() ? "" : " at " + instance.url()));
    Console.say("  process   %d, up %s".formatted(instance.process().pid(), uptime(instance)));
    Console.say("  roles     " + instance.roles());
    if (rows.isEmpty()) {
      Console.say("  database  not reachable from here");
      return;
    }
    for (var agent : rows.get().agents()) {
      Console.say(
          "  agent     %s  %s  %s  heartbeat %d s ago"
              .formatted(
                  agent.id(), agent.status(), agent.backend(), agent.secondsSinceHeartbeat()));
    }
    var sessions = rows.get().sessions();
    Console.say("  sessions  " + (sessions.isEmpty() ? "none" : sessions.toString()));
  }

  private static String document(InstanceRecord instance, boolean healthy, Optional<Rows> rows)
      throws JsonProcessingException {
    var document = new LinkedHashMap<String, Object>();
    document.put("running", true);
    document.put("state", instance.state());
    document.put("healthy", healthy);
    document.put("url", instance.url());
    document.put("pid", instance.process().pid());
    document.put("roles", instance.roles().split(",", -1));
    document.put("since", instance.since().toString());
    rows.ifPresent(known -> {
      document.put("agents", known.agents());
      document.put("sessions", known.sessions());
    });
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document);
  }

  private static String uptime(InstanceRecord instance) {
    var up = Duration.between(instance.since(), Instant.now());
    return up.toHours() > 0
        ? "%d h %d min".formatted(up.toHours(), up.toMinutesPart())
        : "%d min %d s".formatted(up.toMinutes(), up.toSecondsPart());
  }
}
