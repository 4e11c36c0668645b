package org.polykern.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.scheduler.queue.PendingKernel;
import org.polykern.scheduler.queue.PendingSession;
import org.polykern.scheduler.queue.PendingSession.KnownDeferral;

class PlacementRoundTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String X86 = "x86_64";
  private static final PlacementRound ROUND = new PlacementRound(Duration.ofSeconds(60));

  @Test
  void shouldTakeTheLeastLoadedAgent() {
    var plan = ROUND.plan(view(agent("a", 8, 4), agent("b", 8, 1)), List.of(session(0, 1)));
    assertThat(placedOn(plan, 0)).containsOnly("b");
  }

  @Test
  void shouldKeepDevicesForThoseWhoAskForThem() {
    var gpu =
        new AgentView(
            new AgentId("gpu"),
            "default",
            true,
            true,
            X86,
            ResourceSlots.of("cpu", 64, "cuda.device", 8),
            ResourceSlots.NONE,
            Set.of(new ImageKey("image", X86)));
    var plan = ROUND.plan(view(gpu, agent("plain", 8, 6)), List.of(session(0, 1)));
    assertThat(placedOn(plan, 0)).containsOnly("plain");
  }

  @Test
  void shouldKeepASingleNodeClusterTogether() {
    var two = List.of(kernel(2), kernel(2));
    var together = new PendingSession(id(), "default", 10, NOW, true, two, KnownDeferral.NONE);
    var apart = new PendingSession(id(), "default", 10, NOW, false, two, KnownDeferral.NONE);
    var agents = view(agent("a", 3, 0), agent("b", 3, 0));
    assertThat(ROUND.plan(agents, List.of(together)).assignments()).isEmpty();
    assertThat(placedOn(ROUND.plan(agents, List.of(apart)), 0)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void shouldCountTheReasons() {
    var drained =
        new AgentView(
            new AgentId("d"),
            "default",
            true,
            false,
            X86,
            ResourceSlots.of("cpu", 9),
            ResourceSlots.NONE,
            Set.of());
    var plan =
        ROUND.plan(
            view(agent("a", 4, 4), agent("b", 4, 3), agent("c", 1, 0), drained),
            List.of(session(0, 2)));
    assertThat(plan.deferrals().getFirst().message())
        .isEqualTo("1 agent: draining; 2 agents: insufficient cpu; 1 agent: too small in cpu");
    assertThat(plan.deferrals().getFirst().failed())
        .extracting(Deferral.FailedPredicate::name)
        .containsExactly("schedulable", "slots");
  }

  @Test
  void shouldSayThatNobodyIsThere() {
    var plan = ROUND.plan(view(), List.of(session(0, 1)));
    assertThat(plan.deferrals().getFirst().message()).contains("no agent").contains("default");
  }

  @Test
  void shouldLetSmallerSessionsPassAYoungBlockedOne() {
    var plan = ROUND.plan(view(agent("a", 4, 2)), List.of(session(10, 4), session(5, 1)));
    assertThat(plan.assignments()).hasSize(1);
    assertThat(plan.deferrals()).hasSize(1);
  }

  @Test
  void shouldKeepAnAgentFreeForTheOldestBlockedSession() {
    var plan =
        ROUND.plan(
            view(agent("big", 4, 1), agent("small", 1, 0)),
            List.of(session(100, 4), session(90, 1), session(80, 1)));
    assertThat(placedOn(plan, 0)).containsOnly("small");
    assertThat(plan.assignments()).hasSize(1);
    assertThat(plan.deferrals().getLast().message()).contains("reserved for an older session");
  }

  @Test
  void shouldServePriorityBeforeAge() {
    var urgent =
        new PendingSession(id(), "default", 90, NOW, true, List.of(kernel(1)), KnownDeferral.NONE);
    var plan = ROUND.plan(view(agent("a", 1, 0)), List.of(session(50, 1), urgent));
    assertThat(plan.assignments().getFirst().session()).isEqualTo(urgent);
  }

  @Test
  void shouldNotCloseAnAgentWhoseUnaskedDeviceVanished() {
    var agent =
        new AgentView(
            new AgentId("a"),
            "default",
            true,
            true,
            X86,
            ResourceSlots.of("cpu", 4),
            ResourceSlots.of("cuda.device", 1),
            Set.of(new ImageKey("image", X86)));
    assertThat(ROUND.plan(view(agent), List.of(session(0, 1))).assignments()).hasSize(1);
  }

  private static List<String> placedOn(PlacementPlan plan, int index) {
    return plan.assignments().get(index).agents().values().stream().map(AgentId::value).toList();
  }

  private static ClusterView view(AgentView... agents) {
    return new ClusterView(NOW, List.of(agents));
  }

  private static AgentView agent(String id, long cpu, long occupied) {
    return new AgentView(
        new AgentId(id),
        "default",
        true,
        true,
        X86,
        ResourceSlots.of("cpu", cpu),
        ResourceSlots.of("cpu", occupied),
        Set.of(new ImageKey("image", X86)));
  }

  private static PendingSession session(int waitedSeconds, long... cpu) {
    var kernels = IntStream.range(0, cpu.length).mapToObj(i -> kernel(cpu[i])).toList();
    var since = NOW.minusSeconds(waitedSeconds);
    return new PendingSession(id(), "default", 10, since, true, kernels, KnownDeferral.NONE);
  }

  private static PendingKernel kernel(long cpu) {
    return new PendingKernel(
        KernelId.random(), ResourceSlots.of("cpu", cpu), "image", X86, Set.of());
  }

  private static SessionId id() {
    return SessionId.random();
  }
}
