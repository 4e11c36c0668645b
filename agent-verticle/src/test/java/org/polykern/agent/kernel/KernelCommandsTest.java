package org.polykern.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.jail.JailSettings;
import org.polykern.common.bus.KernelCommand.Outcome;
import org.polykern.common.bus.KernelCommand.StartKernel;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.task.Tasks;

/** What each command does in each state, and what becomes of every step that fails. */
final class KernelCommandsTest {
  @TempDir Path root;
  private final FakeBackend backend = new FakeBackend();
  private Parts parts;
  private final KernelId kernel = KernelId.random();

  @BeforeEach
  void wire() {
    parts = again();
  }

  private Parts again() {
    return new Parts(
        root.resolve("kernels"),
        JailSettings.off(root),
        backend,
        new Tasks("t", Duration.ofSeconds(1)));
  }

  @AfterEach
  void close() {
    parts.close();
  }

  private void running() {
    parts.start(Parts.spec(kernel, "image", 1000), 1);
    parts.await(KernelState.RUNNING);
  }

  @Test
  void shouldStartOnceAndStopOnce() throws Exception {
    var spec = Parts.spec(kernel, "image", 1000);
    assertThat(parts.start(spec, 1)).isInstanceOf(Outcome.Accepted.class);
    parts.await(KernelState.RUNNING);
    assertThat(parts.start(spec, 1)).isInstanceOf(Outcome.AlreadyDone.class);
    var state = root.resolve("kernels/" + kernel + "/state.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rw-------");
    assertThat(parts.stop(kernel, 1)).isInstanceOf(Outcome.Accepted.class);
    assertThat(parts.await(KernelState.TERMINATED).exitCode()).isEqualTo(137);
    assertThat(parts.stop(kernel, 1)).isInstanceOf(Outcome.AlreadyDone.class);
    assertThat(backend.done).containsExactly("launch 1", "kill 1", "remove");
    assertThat(root.resolve("kernels/" + kernel + "/work")).doesNotExist();
    assertThat(root.resolve("kernels/" + kernel + "/final.log")).hasContent("the log");
  }

  @Test
  void shouldReportStatesInOrder() {
    running();
    parts.stop(kernel, 1);
    parts.await(KernelState.TERMINATED);
    assertThat(parts.reported.stream().map(observed -> observed.state().rank()).toList())
        .isSorted();
  }

  @Test
  void shouldFenceGenerations() {
    parts.start(Parts.spec(kernel, "image", 1000), 5);
    parts.await(KernelState.RUNNING);
    assertThat(parts.start(Parts.spec(kernel, "image", 1000), 4))
        .isEqualTo(new Outcome.StaleGeneration(5));
    assertThat(parts.stop(kernel, 4)).isEqualTo(new Outcome.StaleGeneration(5));
    assertThat(parts.stop(kernel, 6)).isInstanceOf(Outcome.Accepted.class);
    assertThat(parts.await(KernelState.TERMINATED).generation()).isEqualTo(6);
  }

  @Test
  void shouldReplaceTheContainerOfAnOlderGenerationAndKeepFilesAndDevices() throws Exception {
    running();
    Files.writeString(parts.store.dirs(kernel).work().resolve("kept"), "x");
    var devices = parts.reported.getLast().devices();
    parts.start(Parts.spec(kernel, "image", 1000), 2);
    Awaitility.await()
        .until(() -> {
          var last = parts.reported.getLast();
          return last.generation() == 2 && last.state() == KernelState.RUNNING;
        });
    assertThat(backend.done).containsExactly("launch 1", "kill 1", "remove", "launch 2");
    assertThat(parts.store.dirs(kernel).work().resolve("kept")).exists();
    assertThat(parts.reported.getLast().devices()).isEqualTo(devices);
  }

  @Test
  void shouldRejectWhatCannotBeStartedAndFreeItsDevices() {
    parts.start(Parts.spec(kernel, "unknown", 1L << 30), 1);
    var rejected = parts.await(KernelState.REJECTED);
    assertThat(rejected.failure().code()).isEqualTo(ProblemCode.OBJECT_NOT_FOUND);
    parts.start(Parts.spec(KernelId.random(), "image", 1L << 30), 1);
    parts.await(KernelState.RUNNING);
    parts.start(Parts.spec(KernelId.random(), "image", 1), 1);
    assertThat(parts.await(KernelState.REJECTED).failure().code())
        .isEqualTo(ProblemCode.INSTANCE_NOT_AVAILABLE);
  }

  @Test
  void shouldFailWithTheLogWhenTheContainerDiesBeforeHello() {
    backend.diesAtOnce = true;
    parts.start(Parts.spec(kernel, "image", 1000), 1);
    var failed = parts.await(KernelState.FAILED);
    assertThat(failed.failure().message()).contains("code 3").contains("the log");
    assertThat(failed.exitCode()).isEqualTo(3);
    assertThat(backend.done).containsExactly("launch 1", "kill 1", "remove");
  }

  @Test
  void shouldStopAStartThatIsUnderWay() {
    backend.silentRunner = true;
    parts.start(Parts.spec(kernel, "image", 1000), 1);
    Awaitility.await().until(() -> backend.done.contains("launch 1"));
    parts.stop(kernel, 1);
    parts.await(KernelState.TERMINATED);
    assertThat(backend.done).containsExactly("launch 1", "kill 1", "remove");
  }

  @Test
  void shouldNotKeepAContainerThatArrivesAfterItsGenerationIsOver() {
    backend.launchGate = new CountDownLatch(1);
    parts.start(Parts.spec(kernel, "image", 1000), 1);
    parts.await(KernelState.CREATING);
    parts.start(Parts.spec(kernel, "image", 1000), 2);
    backend.launchGate.countDown();
    Awaitility.await()
        .until(() -> {
          var last = parts.reported.getLast();
          return last.generation() == 2 && last.state() == KernelState.RUNNING;
        });
    assertThat(backend.done).containsExactly("launch 1", "kill 1", "remove", "launch 2");
  }

  @Test
  void shouldEndWhenTheContainerEndsByItself() {
    running();
    backend.watches.get(kernel).accept(new ContainerEnd(137, true));
    var seen = parts.await(KernelState.TERMINATED);
    assertThat(seen.reason()).isEqualTo("out-of-memory");
    assertThat(parts.stop(kernel, 1)).isInstanceOf(Outcome.AlreadyDone.class);
  }

  @Test
  void shouldReportAnUnknownKernelAsGone() {
    assertThat(parts.stop(kernel, 3)).isInstanceOf(Outcome.Accepted.class);
    assertThat(parts.reported.getLast().state()).isEqualTo(KernelState.TERMINATED);
    assertThat(parts.reported.getLast().generation()).isEqualTo(3);
  }

  @Test
  void shouldNotBeginAfterTheDeadline() {
    var late = new StartKernel(Parts.spec(kernel, "image", 1000), 1, Instant.now().minusSeconds(1));
    assertThat(parts.parts.commands().handle(late)).isInstanceOf(Outcome.Refused.class);
    parts.parts.commands().leave();
    assertThat(parts.start(Parts.spec(kernel, "image", 1000), 1))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void shouldAdoptWhatIsThereAndFinishWhatWasUnderWay() {
    running();
    var second = KernelId.random();
    backend.silentRunner = true;
    parts.start(Parts.spec(second, "image", 1000), 1);
    Awaitility.await().until(() -> backend.done.size() == 2);
    // Like a crash: nothing of the old parts acts any more, the files stay.
    parts.kernels.all().forEach(Kernel::disconnect);
    var next = again();
    next.parts.adoption().run();
    Awaitility.await()
        .until(() -> next.reported.stream().anyMatch(o -> o.state() == KernelState.RUNNING));
    assertThat(next.devices.take(kernel, Parts.spec(kernel, "image", 1000).slots()).cores())
        .hasSize(1);
    next.stop(second, 1);
    Awaitility.await()
        .until(() ->
            next.reported.stream()
                .anyMatch(o -> o.kernelId().equals(second) && o.state() == KernelState.TERMINATED));
    assertThat(backend.done).contains("strays");
  }

  @Test
  void shouldReportAKernelThatEndedWhileTheAgentWasAway() {
    running();
    backend.ended.put(kernel + ":1", new ContainerEnd(9, false));
    var next = again();
    next.parts.adoption().run();
    var seen = next.await(KernelState.TERMINATED);
    assertThat(seen.exitCode()).isEqualTo(9);
    assertThat(seen.reason()).isEqualTo("self-terminated");
  }
}
