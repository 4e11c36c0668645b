package org.polykern.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.resource.ResourceSlots;

/** Agents, images and logs in the rows, and what time alone brings about. */
class AgentReportsIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private World world;

  @BeforeEach
  void start() {
    world = new World();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private void becomes(SessionId session, String status) {
    await().atMost(SOON).untilAsserted(() -> assertThat(world.status(session)).isEqualTo(status));
  }

  private BigDecimal capacity(String slot) {
    return world
        .one("select capacity from agent_capacity where slot_name = $1", slot)
        .getBigDecimal(0);
  }

  private static AgentReport.Heartbeat beat(
      FakeAgent agent, String group, ResourceSlots capacity, boolean leaving) {
    return new AgentReport.Heartbeat(
        agent.id,
        agent.incarnation,
        group,
        "0.1",
        "x86_64",
        "",
        "process",
        capacity,
        Map.of("cpu", "count", "mem", "bytes", "cuda.device", "unique"),
        List.copyOf(agent.held.values()),
        leaving);
  }

  @Test
  void shouldFollowTheCapacityAndKeepWhatIsBooked() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 3);
    becomes(session, "RUNNING");
    agent.report(beat(agent, "default", ResourceSlots.of("cpu", 2, "cuda.device", 1), false));
    assertThat(capacity("cpu")).isEqualByComparingTo("2");
    assertThat(capacity("mem")).isEqualByComparingTo("0");
    assertThat(capacity("cuda.device")).isEqualByComparingTo("1");
    assertThat(world.one("select unit from slot_type where slot_name = 'cuda.device'").getString(0))
        .isEqualTo("unique");
    assertThat(
            world
                .one("select occupied from agent_capacity where slot_name = 'cpu'")
                .getBigDecimal(0))
        .isEqualByComparingTo("3");
    var waiting = world.enqueue(1, 1);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.info(waiting)).isEqualTo("no-available-instances"));
    agent.heartbeat();
    becomes(waiting, "RUNNING");
  }

  @Test
  void shouldKeepTheManagersResourceGroup() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    world.sql("insert into scaling_group (name) values ('gpu')");
    world.sql("update agent set scaling_group = 'gpu'");
    agent.heartbeat();
    assertThat(world.one("select scaling_group from agent").getString(0)).isEqualTo("gpu");
  }

  @Test
  void shouldRefuseAnUnknownResourceGroup() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var beat = beat(agent, "moon", ResourceSlots.NONE, false);
    assertThatThrownBy(() -> agent.report(beat))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("moon");
  }

  @Test
  void shouldPlaceNothingOnAnAgentThatLeft() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var running = world.enqueue(1, 1);
    becomes(running, "RUNNING");
    agent.report(beat(agent, "default", ResourceSlots.of("cpu", 4), true));
    assertThat(world.one("select status from agent").getString(0)).isEqualTo("TERMINATED");
    var waiting = world.enqueue(1, 1);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.info(waiting)).isEqualTo("no-available-instances"));
    assertThat(world.status(running)).isEqualTo("RUNNING");
    agent.incarnation = UUID.randomUUID();
    agent.heartbeat();
    becomes(waiting, "RUNNING");
  }

  @Test
  void shouldEndWhatARestartedAgentLost() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 1);
    becomes(session, "RUNNING");
    agent.incarnation = UUID.randomUUID();
    agent.held.clear();
    agent.heartbeat();
    becomes(session, "TERMINATED");
    assertThat(world.info(session)).isEqualTo("agent-termination");
  }

  @Test
  void shouldStartAgainWhatARestartedAgentHadNotFinished() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    agent.startsUpTo = KernelState.CREATING;
    var session = world.enqueue(1, 1);
    becomes(session, "CREATING");
    agent.startsUpTo = KernelState.RUNNING;
    agent.held.clear();
    agent.heartbeat();
    becomes(session, "RUNNING");
    assertThat(agent.held.get(world.main(session)).generation()).isEqualTo(2);
    assertThat(world.booked()).isEqualTo(2);
  }

  @Test
  void shouldMoveAnUnheardStartOffALostAgent() {
    world.scheduler(World.quick());
    var deaf = world.agent("a1", 8);
    deaf.becomeUnreachable();
    var session = world.enqueue(1, 1);
    becomes(session, "SCHEDULED");
    var other = world.agent("a2", 4);
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          other.heartbeat();
          assertThat(world.status(session)).isEqualTo("RUNNING");
        });
    assertThat(other.held).containsKey(world.main(session));
    // It comes back with the kernel that it took after all: nobody wants that one any more.
    deaf.listen();
    var late = (KernelCommand.StartKernel) other.commands.getFirst();
    deaf.held.put(late.kernelId(), deaf.observed(late, KernelState.RUNNING, "", null, null));
    deaf.heartbeat();
    await().atMost(SOON).untilAsserted(() -> assertThat(deaf.held).isEmpty());
    assertThat(world.status(session)).isEqualTo("RUNNING");
  }

  @Test
  void shouldGiveUpAStartThatTakesTooLong() {
    var quick = World.quick();
    world.scheduler(
        new SchedulerConfig(
            Duration.ofMinutes(1),
            Duration.ofMillis(1_200),
            quick.stopDeadline(),
            quick.driftGrace(),
            quick.reserveAfter(),
            3,
            200,
            2_000));
    var agent = world.agent("a1", 4);
    agent.startsUpTo = KernelState.CREATING;
    var session = world.enqueue(1, 1);
    becomes(session, "CANCELLED");
    assertThat(world.info(session)).isEqualTo("failed-to-start");
    assertThat(world.booked()).isZero();
    assertThat(world.brokenAccounts()).isEmpty();
    var data = world.one("select status_data from session where id = $1", session.value());
    assertThat(data.getJsonObject(0).getJsonObject("error").getString("repr")).contains("CREATING");
  }

  @Test
  void shouldRepeatAStopUntilItIsReported() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 1);
    becomes(session, "RUNNING");
    agent.ignoresStops = true;
    world.destroy(session);
    becomes(session, "TERMINATING");
    assertThat(world.booked()).isEqualTo(2);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(agent.commands).anyMatch(KernelCommand.StopKernel.class::isInstance));
    var stop =
        agent.commands.stream()
            .filter(KernelCommand.StopKernel.class::isInstance)
            .map(KernelCommand.StopKernel.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(stop.reason()).isEqualTo("user-requested");
    agent.end(stop, KernelState.TERMINATED, stop.reason(), 143);
    becomes(session, "TERMINATED");
    assertThat(
            world.one("select exit_code from kernel where id = $1", session.value()).getInteger(0))
        .isEqualTo(143);
  }

  private static ImageFacts image(String name, boolean marked) {
    Map<String, String> labels =
        marked ? Map.of("ai.backend.kernelspec", "1") : Map.of("ai.backend.runtime-type", "python");
    return new ImageFacts(name, List.of("python"), "x86_64", "sha256:" + name, 1, labels);
  }

  private void images(FakeAgent agent, ImageFacts... images) {
    agent.report(new AgentReport.ImagesReported(agent.id, agent.incarnation, List.of(images)));
  }

  private String alias() {
    return world.one("select image_name from image_alias where alias = 'python'").getString(0);
  }

  @Test
  void shouldKnowImagesAndWhoHoldsThem() {
    world.scheduler(World.quick());
    var first = world.agent("a1", 4);
    var second = world.agent("a2", 4);
    world.sql("delete from image");
    world.sql("delete from image_alias");
    assertThat(first.heartbeat().resendImages()).isTrue();
    images(first, image("guessed", false));
    assertThat(first.heartbeat().resendImages()).isFalse();
    assertThat(alias()).isEqualTo("guessed");
    images(second, image("also-guessed", false));
    assertThat(alias()).isEqualTo("guessed");
    images(second, image("made", true));
    assertThat(alias()).isEqualTo("made");
    images(first, image("also-made", true));
    assertThat(alias()).isEqualTo("made");
    assertThat(world.rows("select 1 from agent_image where agent_id = 'a1'")).hasSize(1);
    images(second);
    images(first, image("also-made", true));
    assertThat(alias()).isEqualTo("also-made");
    assertThat(world.rows("select 1 from image where name = 'guessed'")).hasSize(1);
  }

  @Test
  void shouldKeepTheLogInOrder() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var session = world.enqueue(1, 1);
    becomes(session, "RUNNING");
    var kernel = world.main(session);
    save(agent, kernel, 1, 0, "hello ");
    save(agent, kernel, 1, 6, "world");
    save(agent, kernel, 1, 6, "world");
    assertThat(log(kernel)).isEqualTo("hello world");
    assertThatThrownBy(() -> save(agent, kernel, 1, 50, "x")).hasMessageContaining("offset 11");
    save(agent, kernel, 7, 0, "of another generation");
    save(agent, kernel, 1, (10 << 20) - 2, "beyond the limit");
    assertThat(log(kernel)).isEqualTo("hello world");
    save(agent, kernel, 1, 0, "anew");
    assertThat(log(kernel)).isEqualTo("anew");
    save(agent, KernelId.random(), 1, 0, "of nobody");
  }

  private static void save(
      FakeAgent agent, KernelId kernel, int generation, long offset, String text) {
    var piece = new Bytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    agent.report(
        new AgentReport.LogSaved(agent.id, agent.incarnation, kernel, generation, offset, piece));
  }

  private String log(KernelId kernel) {
    return world
        .one("select convert_from(container_log, 'UTF8') from kernel where id = $1", kernel.value())
        .getString(0);
  }

  @Test
  void shouldAcknowledgeReportsAboutNothing() {
    world.scheduler(World.quick());
    var agent = world.agent("a1", 4);
    var stop =
        new KernelCommand.StopKernel(
            KernelId.random(), SessionId.random(), 1, "user-requested", false);
    var gone = agent.observed(stop, KernelState.TERMINATED, "", 0, null);
    agent.report(new AgentReport.KernelReported(agent.id, agent.incarnation, gone));
    agent.report(new AgentReport.KernelReported(new AgentId("stranger"), agent.incarnation, gone));
  }
}
