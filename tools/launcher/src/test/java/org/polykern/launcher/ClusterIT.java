package org.polykern.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.embedded.EmbeddedPostgres;

/**
 * A control plane in one JVM and two agents in two more, that find each other by multicast on the
 * loopback interface. Each agent has one core, so that two sessions of one core need both.
 */
class ClusterIT {
  private static final String REGISTERED =
      "select id from agent where status = 'ALIVE' and id in (select agent_id from agent_image)";
  private static final String RUNNING_SOMETHING =
      "select agent_id from kernel where status = 'RUNNING'";

  @TempDir Path directory;

  private final Map<String, String> environment =
      Map.of(
          "POLYKERN_CLUSTER_SECRET", UUID.randomUUID().toString(),
          "POLYKERN_CLUSTER_NETWORK_INTERFACE", "127.0.0.1",
          "POLYKERN_CLUSTER_MULTICAST_PORT",
              Integer.toString(ThreadLocalRandom.current().nextInt(20_000, 30_000)),
          "POLYKERN_CLUSTER_MEMBER_PORT", "25701",
          "POLYKERN_AGENT_CPUS", "1");

  private LaunchedProcess agent(String name) throws Exception {
    return LaunchedProcess.start(
        directory.resolve(name),
        environment,
        "node",
        "--role",
        "agent",
        "--agent-id",
        name,
        "--backend",
        "process");
  }

  @Test
  void shouldExecuteOnTwoAgentsFoundByMulticast() throws Exception {
    var head = directory.resolve("head");
    try (var control =
            LaunchedProcess.start(
                head, environment, "node", "--role", "gateway,scheduler", "--port", "0");
        var one = agent("one");
        var two = agent("two")) {
      control.await("is ready at http://");
      one.await("is ready");
      two.await("is ready");
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> agents(head, REGISTERED).size() == 2);
      try (var client = new TestClient(head)) {
        for (var session : Set.of("first", "second")) {
          client.create(session);
          assertThat(client.run(session, "print(6 * 7)")).isEqualTo("42\n");
        }
        assertThat(agents(head, RUNNING_SOMETHING)).containsExactlyInAnyOrder("one", "two");
      }
    } finally {
      for (var name : new String[] {"one", "two", "head"}) {
        LaunchedProcess.start(directory.resolve(name), environment, "down").awaitExit();
      }
    }
    assertThat(LaunchedProcess.processesNaming(directory)).isEmpty();
  }

  private static Set<String> agents(Path head, String sql) throws Exception {
    var postgres = EmbeddedPostgres.find(head.resolve("postgres")).orElseThrow();
    var agents = new HashSet<String>();
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        agents.add(rows.getString(1));
      }
    }
    return agents;
  }
}
