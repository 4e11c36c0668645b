package org.polykern.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.scheduler.queue.FifoOrder;
import org.polykern.scheduler.queue.PendingKernel;
import org.polykern.scheduler.queue.PendingSession;
import org.polykern.scheduler.queue.PendingSession.KnownDeferral;

/** Laws of a round over random clusters and queues. */
class PlacementRoundPropertyTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final PlacementRound ROUND = new PlacementRound(Duration.ofSeconds(60));
  private static final List<String> IMAGES = List.of("a", "b");
  private static final List<String> ARCHITECTURES = List.of("x86_64", "aarch64");

  @Property(tries = 300)
  void shouldNeverOverbookAndPlaceAllOrNone(@ForAll long seed) {
    var random = new Random(seed);
    var view = cluster(random);
    var queue = queue(random);
    var plan = ROUND.plan(view, queue);

    Map<AgentId, ResourceSlots> taken = new HashMap<>();
    Set<SessionId> decided = new HashSet<>();
    for (var assignment : plan.assignments()) {
      var session = assignment.session();
      assertThat(decided.add(session.id())).isTrue();
      assertThat(assignment.agents().keySet())
          .containsExactlyInAnyOrderElementsOf(
              session.kernels().stream().map(PendingKernel::id).toList());
      if (session.oneAgent()) {
        assertThat(new HashSet<>(assignment.agents().values())).hasSize(1);
      }
      for (var kernel : session.kernels()) {
        var id = assignment.agents().get(kernel.id());
        var agent = view.agents().stream().filter(a -> a.id().equals(id)).findFirst().orElseThrow();
        taken.merge(id, kernel.slots(), ResourceSlots::plus);
        assertThat(agent.alive() && agent.schedulable()).isTrue();
        assertThat(agent.scalingGroup()).isEqualTo(session.scalingGroup());
        assertThat(kernel.excluded()).doesNotContain(id);
        assertThat(agent.architecture()).isEqualTo(kernel.architecture());
        assertThat(agent.images()).contains(new ImageKey(kernel.image(), kernel.architecture()));
      }
    }
    for (var agent : view.agents()) {
      var sum = taken.getOrDefault(agent.id(), ResourceSlots.NONE);
      sum.amounts()
          .forEach((slot, amount) ->
              assertThat(amount)
                  .isLessThanOrEqualTo(
                      agent.capacity().get(slot).subtract(agent.occupied().get(slot))));
    }
    plan.deferrals()
        .forEach(d -> {
          assertThat(decided.add(d.session().id())).isTrue();
          assertThat(d.failed()).isNotEmpty();
          assertThat(d.message()).isNotBlank();
        });
    assertThat(decided).hasSize(queue.size());
  }

  @Property(tries = 50)
  void shouldGiveTheSamePlanForTheSameInput(@ForAll long seed) {
    var random = new Random(seed);
    var view = cluster(random);
    var queue = queue(random);
    var shuffled = new ArrayList<>(queue);
    java.util.Collections.shuffle(shuffled, random);
    assertThat(ROUND.plan(view, shuffled)).isEqualTo(ROUND.plan(view, queue));
  }

  @Property(tries = 100)
  void shouldDeferNobodyWhomAnEmptyClusterOfItsOwnCouldTake(@ForAll long seed) {
    var random = new Random(seed);
    var view = cluster(random);
    var first = queue(random).stream().min(FifoOrder.COMPARATOR).orElseThrow();
    var alone = ROUND.plan(view, List.of(first));
    var together = ROUND.plan(view, queue(new Random(seed + 1)));
    assertThat(alone.assignments().size() + alone.deferrals().size()).isEqualTo(1);
    assertThat(together.assignments().size() + together.deferrals().size()).isPositive();
    if (alone.assignments().size() == 1) {
      var behind = new ArrayList<PendingSession>();
      behind.add(first);
      queue(random).stream()
          .filter(s -> FifoOrder.COMPARATOR.compare(first, s) < 0)
          .forEach(behind::add);
      assertThat(ROUND.plan(view, behind).assignments().getFirst().session()).isEqualTo(first);
    }
  }

  private static ClusterView cluster(Random random) {
    var agents = new ArrayList<AgentView>();
    for (var i = 0; i < random.nextInt(6); i++) {
      var architecture = pick(random, ARCHITECTURES);
      var images = new HashSet<ImageKey>();
      IMAGES.forEach(image -> {
        if (random.nextInt(4) > 0) {
          images.add(new ImageKey(image, architecture));
        }
      });
      var cpu = random.nextInt(9);
      agents.add(
          new AgentView(
              new AgentId("agent" + i),
              random.nextInt(5) == 0 ? "other" : "default",
              random.nextInt(6) > 0,
              random.nextInt(6) > 0,
              architecture,
              ResourceSlots.of("cpu", cpu, "mem", random.nextInt(9)),
              // More may be occupied than there is: a device vanished.
              ResourceSlots.of("cpu", random.nextInt(cpu + 2)),
              images));
    }
    return new ClusterView(NOW, agents);
  }

  private static List<PendingSession> queue(Random random) {
    var sessions = new ArrayList<PendingSession>();
    for (var i = 0; i <= random.nextInt(8); i++) {
      var kernels = new ArrayList<PendingKernel>();
      var architecture = pick(random, ARCHITECTURES);
      var image = pick(random, IMAGES);
      for (var k = 0; k <= random.nextInt(3); k++) {
        kernels.add(
            new PendingKernel(
                new KernelId(new UUID(random.nextLong(), random.nextLong())),
                ResourceSlots.of("cpu", random.nextInt(4), "mem", random.nextInt(4)),
                image,
                architecture,
                random.nextInt(5) == 0 ? Set.of(new AgentId("agent0")) : Set.of()));
      }
      sessions.add(
          new PendingSession(
              new SessionId(new UUID(random.nextLong(), random.nextLong())),
              "default",
              random.nextInt(2) * 10,
              NOW.minusSeconds(random.nextInt(120)),
              random.nextBoolean(),
              kernels,
              KnownDeferral.NONE));
    }
    return sessions;
  }

  private static String pick(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
