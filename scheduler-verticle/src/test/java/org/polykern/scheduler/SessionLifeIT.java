package org.polykern.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.KernelCommand.Outcome;
import org.polykern.common.id.SessionId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Sessions on real PostgreSQL, a real bus and agents that only pretend. */
class SessionLifeIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private World world;

  @BeforeEach
  void start() {
    world = new World();
    world.scheduler(World.quick());
  }

  @AfterEach
  void stop() {
    assertThat(world.brokenAccounts()).isEmpty();
    world.close();
  }

  private void becomes(SessionId session, String status) {
    await().atMost(SOON).untilAsserted(() -> assertThat(world.status(session)).isEqualTo(status));
  }

  private void hears(SessionId session, String... names) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.heard(session)).containsExactly(names));
  }

  @Test
  void shouldLiveFromPendingToTerminated() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    hears(
        session,
        "session_enqueued",
        "session_scheduled",
        "kernel_preparing",
        "session_preparing",
        "kernel_creating",
        "kernel_started",
        "session_started");
    var row = world.one("select * from kernel where id = $1", session.value());
    assertThat(row.getString("container_id")).isEqualTo("pid:1");
    assertThat(row.getJsonArray("service_ports").getJsonObject(0).getString("name"))
        .isEqualTo("ttyd");
    var spec = agent.specs.get(world.main(session));
    assertThat(spec.environ())
        .containsEntry("A", "b")
        .containsEntry("BACKENDAI_CLUSTER_HOSTS", "main1")
        .containsEntry("BACKENDAI_USER_EMAIL", "who@example.org");

    world.destroy(session);
    becomes(session, "TERMINATED");
    assertThat(world.info(session)).isEqualTo("user-requested");
    assertThat(world.booked()).isZero();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.heard(session))
                .endsWith("kernel_terminating", "kernel_terminated", "session_terminated"));
    var data = world.one("select status_data from session where id = $1", session.value());
    assertThat(data.getJsonObject(0).getJsonObject("kernel"))
        .isEqualTo(new JsonObject().put("exit_code", 0));
  }

  @Test
  void shouldRestartInItsNextGeneration() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    world.restart(session);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.heard(session).stream().filter("session_started"::equals)).hasSize(2));
    becomes(session, "RUNNING");
    assertThat(agent.held.get(world.main(session)).generation()).isEqualTo(2);
    assertThat(world.booked()).isEqualTo(2);
  }

  @Test
  void shouldStopTheOldContainerWhenARestartIsRefused() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    Outcome refusal = new Outcome.Refused(Problem.of(ProblemCode.KERNEL_RESTART_FAILED, "no"));
    agent.onStart = start -> refusal;
    world.restart(session);
    becomes(session, "TERMINATED");
    assertThat(agent.commands).anyMatch(KernelCommand.StopKernel.class::isInstance);
    await().atMost(SOON).untilAsserted(() -> assertThat(agent.held).isEmpty());
    assertThat(world.booked()).isZero();
  }

  @Test
  void shouldWaitForDependencies() {
    world.agent("a1", 4);
    var first = world.enqueue(1, 1);
    becomes(first, "RUNNING");
    var second = world.enqueueDependent(first);
    var third = world.enqueue(1, 1);
    becomes(third, "RUNNING");
    assertThat(world.status(second)).isEqualTo("PENDING");
    world.sql("update session set result = 'success' where id = $1", first.value());
    world.wake();
    becomes(second, "RUNNING");
  }

  @Test
  void shouldTryAnotherAgentAfterARefusal() {
    var first = world.agent("a1", 8);
    var second = world.agent("a2", 4);
    Outcome refusal = new Outcome.Refused(Problem.of(ProblemCode.INSTANCE_NOT_AVAILABLE, "full"));
    first.onStart = start -> refusal;
    var session = world.enqueue(1, 1);
    becomes(session, "RUNNING");
    assertThat(first.starts()).isEqualTo(1);
    assertThat(second.held).containsKey(world.main(session));
    assertThat(second.held.get(world.main(session)).generation()).isEqualTo(2);
  }

  @Test
  void shouldCancelWhenEveryAgentRefused() {
    var only = world.agent("a1", 8);
    only.startsUpTo = KernelState.REJECTED;
    var session = world.enqueue(1, 1);
    becomes(session, "CANCELLED");
    assertThat(world.info(session)).isEqualTo("failed-to-start");
    assertThat(world.booked()).isZero();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.heard(session))
                .contains("kernel_cancelled")
                .endsWith("session_cancelled"));
    var data = world.one("select status_data from session where id = $1", session.value());
    assertThat(data.getJsonObject(0).getJsonObject("error").getString("repr")).contains("runner");
  }

  @Test
  void shouldCancelAFailedStartWithoutAnotherTry() {
    var first = world.agent("a1", 8);
    var second = world.agent("a2", 4);
    first.startsUpTo = KernelState.FAILED;
    second.startsUpTo = KernelState.FAILED;
    var session = world.enqueue(1, 1);
    becomes(session, "CANCELLED");
    assertThat(first.starts() + second.starts()).isEqualTo(1);
  }

  @Test
  void shouldCancelAWholeClusterWhenOneMemberFails() {
    var first = world.agent("a1", 2);
    var second = world.agent("a2", 2);
    second.startsUpTo = KernelState.REJECTED;
    first.startsUpTo = KernelState.CREATING;
    var session = world.enqueue(2, 2);
    becomes(session, "CANCELLED");
    await().atMost(SOON).untilAsserted(() -> assertThat(first.held).isEmpty());
    assertThat(world.booked()).isZero();
  }

  @Test
  void shouldEndAClusterWithoutAnErrorInBetween() {
    world.agent("a1", 2);
    world.agent("a2", 2);
    var session = world.enqueue(2, 2);
    becomes(session, "RUNNING");
    world.destroy(session);
    becomes(session, "TERMINATED");
    assertThat(
            world.rows(
                "select status from status_history where session_id = $1 and status = 'ERROR'",
                session.value()))
        .isEmpty();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.heard(session).stream().filter("session_terminated"::equals))
                .hasSize(1));
  }

  @Test
  void shouldEndACalledOffStartAsCancelled() {
    var agent = world.agent("a1", 2);
    agent.startsUpTo = KernelState.CREATING;
    var session = world.enqueue(1, 2);
    becomes(session, "CREATING");
    world.destroy(session);
    becomes(session, "CANCELLED");
    assertThat(world.info(session)).isEqualTo("user-requested");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.heard(session)).endsWith("session_cancelled"));
  }

  @Test
  void shouldCancelAWaitingSessionWhoseEndIsWanted() {
    var session = world.enqueue(2, 2);
    world.destroy(session);
    becomes(session, "CANCELLED");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.heard(session)).endsWith("session_cancelled"));
  }

  @Test
  void shouldSayWhyASessionWaits() {
    world.agent("a1", 2);
    var session = world.enqueue(1, 3);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          var data = world.one("select status_data from session where id = $1", session.value());
          assertThat(data.getJsonObject(0).getJsonObject("scheduler")).isNotNull();
          assertThat(data.getJsonObject(0).getJsonObject("scheduler").getString("msg"))
              .isEqualTo("1 agent: too small in cpu");
        });
    world.agent("a2", 4);
    becomes(session, "RUNNING");
  }

  @Test
  void shouldIgnoreOldAndDoubledReports() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    world.restart(session);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(agent.held.get(world.main(session)).generation()).isEqualTo(2));
    becomes(session, "RUNNING");
    var events = world.heard(session).size();
    var starts =
        agent.commands.stream()
            .filter(KernelCommand.StartKernel.class::isInstance)
            .map(KernelCommand.StartKernel.class::cast)
            .toList();
    for (var state : List.of(KernelState.TERMINATED, KernelState.FAILED, KernelState.RUNNING)) {
      agent.report(reported(agent, starts.getFirst(), state));
    }
    for (var state : List.of(KernelState.CREATING, KernelState.RUNNING, KernelState.PREPARING)) {
      agent.report(reported(agent, starts.getLast(), state));
    }
    assertThat(world.status(session)).isEqualTo("RUNNING");
    assertThat(world.heard(session)).hasSize(events);
    assertThat(world.booked()).isEqualTo(2);
  }

  private static AgentReport reported(FakeAgent agent, KernelCommand command, KernelState state) {
    var observed = agent.observed(command, state, "", null, null);
    return new AgentReport.KernelReported(agent.id, agent.incarnation, observed);
  }

  @Test
  void shouldEndWhatTheAgentNoLongerHolds() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    agent.held.clear();
    agent.heartbeat();
    becomes(session, "TERMINATED");
    assertThat(world.info(session)).isEqualTo("container-not-found");
    assertThat(world.booked()).isZero();
  }

  @Test
  void shouldStopWhatNoRowWants() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    var kept = agent.held.get(world.main(session));
    world.destroy(session);
    becomes(session, "TERMINATED");
    agent.held.put(kept.kernelId(), kept);
    agent.heartbeat();
    await().atMost(SOON).untilAsserted(() -> assertThat(agent.held).isEmpty());
    assertThat(world.heard(session).stream().filter("session_terminated"::equals)).hasSize(1);
  }

  @Test
  void shouldKeepTheKernelsOfALostAgent() {
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 2);
    becomes(session, "RUNNING");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.one("select status from agent").getString(0)).isEqualTo("LOST"));
    assertThat(world.status(session)).isEqualTo("RUNNING");
    var waiting = world.enqueue(1, 2);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.info(waiting)).isEqualTo("no-available-instances"));
    agent.heartbeat();
    becomes(waiting, "RUNNING");
    assertThat(world.status(session)).isEqualTo("RUNNING");
  }

  @Test
  void shouldTellAnUnreachableAgentToRegisterAgain() {
    var agent = world.agent("a1", 4);
    agent.becomeUnreachable();
    var session = world.enqueue(1, 2);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.one("select unreachable from agent").getBoolean(0)).isTrue());
    assertThat(agent.heartbeat().reRegister()).isTrue();
    assertThat(agent.heartbeat().reRegister()).isFalse();
    agent.listen();
    becomes(session, "RUNNING");
  }

  @Test
  void shouldFinishTheWorkOfAKilledScheduler() {
    var agent = world.agent("a1", 40);
    agent.startsUpTo = KernelState.PREPARING;
    var session = world.enqueue(1, 2);
    becomes(session, "PREPARING");
    world.vertx.deploymentIDs().forEach(id -> world.vertx.undeploy(id).await());
    var other = world.enqueue(1, 2);
    assertThat(world.status(other)).isEqualTo("PENDING");
    agent.startsUpTo = KernelState.RUNNING;
    world.scheduler(World.quick());
    becomes(other, "RUNNING");
    var start = (KernelCommand.StartKernel) agent.commands.getFirst();
    agent.tell(agent.observed(start, KernelState.RUNNING, "", null, null));
    becomes(session, "RUNNING");
    hears(
        other,
        "session_enqueued",
        "session_scheduled",
        "kernel_preparing",
        "session_preparing",
        "kernel_creating",
        "kernel_started",
        "session_started");
  }
}
