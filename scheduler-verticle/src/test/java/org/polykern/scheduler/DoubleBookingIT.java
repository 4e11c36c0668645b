package org.polykern.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;
import org.polykern.scheduler.placement.Assignment;
import org.polykern.scheduler.placement.ClusterRepository;
import org.polykern.scheduler.placement.CommitOutcome;
import org.polykern.scheduler.placement.PlacementRound;
import org.polykern.scheduler.placement.PlanCommitter;
import org.polykern.scheduler.queue.PendingSessions;

/** Capacity is an invariant of the database: nobody's old view and no second leader breaks it. */
class DoubleBookingIT {
  private World world;
  private PlanCommitter committer;

  @BeforeEach
  void start() {
    world = new World();
    committer = new PlanCommitter(world.db);
  }

  @AfterEach
  void stop() {
    assertThat(world.brokenAccounts()).isEmpty();
    world.close();
  }

  /** Agents need a scheduler to register; afterwards only this test writes. */
  private void agents(int count, long cpu) {
    var scheduler = world.scheduler(World.quick());
    for (var i = 0; i < count; i++) {
      world.agent("a" + i, cpu);
    }
    world.vertx.undeploy(scheduler).await();
  }

  private List<Assignment> plan() {
    var pending = new PendingSessions(world.db).read(1_000);
    var view = new ClusterRepository(world.db).read(Instant.EPOCH, pending);
    return new PlacementRound(Duration.ofDays(9_999)).plan(view, pending).assignments();
  }

  @Test
  void shouldCommitAPlanOnce() {
    agents(2, 4);
    for (var i = 0; i < 8; i++) {
      world.enqueue(1, 1);
    }
    var plan = plan();
    assertThat(plan).hasSize(8);
    assertThat(committer.commit(plan)).isInstanceOf(CommitOutcome.Committed.class);
    assertThat(committer.commit(plan)).isEqualTo(new CommitOutcome.ViewTooOld());
    assertThat(world.booked()).isEqualTo(16);
  }

  @Test
  void shouldRefuseOnlyWhatNoLongerFits() {
    agents(1, 3);
    var plan = new ArrayList<Assignment>();
    var sessions = new ArrayList<SessionId>();
    for (var i = 0; i < 3; i++) {
      sessions.add(world.enqueue(1, 1));
    }
    plan.addAll(plan());
    world.sql("update agent_capacity set capacity = 2 where slot_name = 'cpu'");
    var outcome = committer.commit(plan);
    assertThat(outcome)
        .isEqualTo(
            new CommitOutcome.PartlyCommitted(
                Set.of(sessions.get(0), sessions.get(1)), Set.of(sessions.get(2))));
  }

  @Test
  void shouldNotCommitSessionsThatNobodyWantsOrAgentsThatDied() {
    agents(1, 4);
    var session = world.enqueue(1, 1);
    var plan = plan();
    world.sql("update session set desired = 'terminate'");
    assertThat(committer.commit(plan)).isEqualTo(new CommitOutcome.ViewTooOld());
    world.sql("update session set desired = 'run'");
    world.sql("update agent set status = 'LOST'");
    assertThat(committer.commit(plan)).isEqualTo(new CommitOutcome.ViewTooOld());
    assertThat(world.status(session)).isEqualTo("PENDING");
    assertThat(world.booked()).isZero();
  }

  @Test
  void shouldSurviveRacingCommittersAndReleases() throws Exception {
    agents(3, 5);
    for (var i = 0; i < 60; i++) {
      world.enqueue(1 + i % 3, 1);
    }
    List<CommitOutcome> outcomes = new CopyOnWriteArrayList<>();
    for (var round = 0; round < 10; round++) {
      var plan = plan();
      var shuffled = new ArrayList<>(plan);
      java.util.Collections.reverse(shuffled);
      var start = new CyclicBarrier(3);
      var ends = new ArrayList<Thread>();
      for (var mine : List.of(plan, shuffled)) {
        ends.add(
            Thread.ofVirtual()
                .start(() -> {
                  meet(start);
                  outcomes.add(committer.commit(mine));
                }));
      }
      ends.add(
          Thread.ofVirtual()
              .start(() -> {
                meet(start);
                endSome();
              }));
      for (var end : ends) {
        assertThat(end.join(Duration.ofSeconds(30))).isTrue();
      }
      assertThat(world.brokenAccounts()).isEmpty();
    }
    assertThat(outcomes).hasSize(20);
    assertThat(outcomes).anyMatch(CommitOutcome.Committed.class::isInstance);
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Ends three placed sessions, which gives their slots back while others book. */
  private void endSome() {
    world.db.inTransaction(tx -> {
      var placed =
          tx.query(
              "select id from session where status = 'SCHEDULED' order by id limit 3 for update",
              io.vertx.sqlclient.Tuple.tuple());
      for (var row : placed) {
        var session = new SessionId(row.getUUID(0));
        var kernels = new HashMap<KernelId, AgentId>();
        tx.query(
                "select id, agent_id from kernel where session_id = $1",
                io.vertx.sqlclient.Tuple.of(session.value()))
            .forEach(k -> kernels.put(new KernelId(k.getUUID(0)), new AgentId(k.getString(1))));
        var to = SessionStatus.CANCELLED;
        Lifecycle.moveKernels(tx, kernels.keySet(), to, "test", null, null);
        Lifecycle.moveSession(tx, session, to, "test", null, null);
      }
      return placed.size();
    });
  }

  @Test
  void shouldPlaceEverythingOnceWithTwoSchedulersAndBreakingConnections() {
    // Patience, or agents that wait for a scheduler's new connections would count as silent.
    var quick = World.quick();
    var patient =
        new SchedulerConfig(
            Duration.ofSeconds(60),
            quick.startDeadline(),
            quick.stopDeadline(),
            Duration.ofSeconds(60),
            quick.reserveAfter(),
            3,
            5,
            2_000);
    world.scheduler(patient);
    world.scheduler(patient);
    var agents = List.of(world.agent("a0", 20), world.agent("a1", 20));
    var sessions = new ArrayList<SessionId>();
    for (var i = 0; i < 40; i++) {
      sessions.add(world.enqueue(1, 1));
      if (i % 10 == 5) {
        world.breakSchedulerConnections();
      }
    }
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(() -> {
          agents.forEach(agent -> {
            // As a real agent does: what was not acknowledged is in the next inventory.
            agent.heartbeat();
          });
          assertThat(world.one("select count(*) from session where status = 'RUNNING'").getLong(0))
              .isEqualTo(sessions.size());
        });
    for (var session : sessions) {
      assertThat(
              world
                  .one(
                      """
                      select count(*) from status_history
                      where session_id = $1 and kernel_id is null and status = 'RUNNING'\
                      """,
                      session.value())
                  .getLong(0))
          .isEqualTo(1);
    }
    assertThat(agents.get(0).held.size() + agents.get(1).held.size()).isEqualTo(40);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(world.one("select count(*) from outbox_event").getLong(0)).isZero());
    sessions.forEach(s -> assertThat(world.heard(s)).contains("session_started"));
  }
}
