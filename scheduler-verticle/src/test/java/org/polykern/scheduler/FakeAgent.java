package org.polykern.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.KernelCommand.Outcome;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.common.task.Tasks;

/**
 * An agent without containers: starts succeed at once unless a test says otherwise, and reports go
 * over the real bus. It heartbeats only when told to.
 */
final class FakeAgent implements AutoCloseable {
  final AgentId id;
  final List<KernelCommand> commands = new CopyOnWriteArrayList<>();
  final Map<KernelId, KernelSpec> specs = new ConcurrentHashMap<>();
  final Map<KernelId, KernelObserved> held = new ConcurrentHashMap<>();
  private final Map<KernelId, Long> commandNanos = new ConcurrentHashMap<>();
  final Map<KernelId, Long> runningReportedNanos = new ConcurrentHashMap<>();
  private final World world;
  private final long cpu;
  private final Tasks tasks = new Tasks("fake", Duration.ofSeconds(1));
  private final Bus bus;
  UUID incarnation = UUID.randomUUID();

  /** Replaces the answer to a start; null means that the agent starts it. */
  volatile Function<KernelCommand.StartKernel, @Nullable Outcome> onStart = start -> null;

  /** Where a start stops on its way (RUNNING: it succeeds). */
  volatile KernelState startsUpTo = KernelState.RUNNING;

  volatile boolean ignoresStops;

  FakeAgent(World world, String id, long cpu) {
    this.world = world;
    this.cpu = cpu;
    this.id = new AgentId(id);
    this.bus = new Bus(world.vertx, tasks);
    listen();
    heartbeat();
    var labels = Map.of("ai.backend.kernelspec", "1");
    report(
        new AgentReport.ImagesReported(
            this.id,
            incarnation,
            List.of(
                new ImageFacts(World.IMAGE, List.of("python"), "x86_64", "sha256:1", 1, labels))));
  }

  void listen() {
    bus.consume(Addresses.kernels(id), this::answer).await();
  }

  /** Its addresses vanish from the bus; the process lives. */
  void becomeUnreachable() {
    bus.close();
  }

  AgentReport.Reply heartbeat() {
    return report(
        new AgentReport.Heartbeat(
            id,
            incarnation,
            "default",
            "0.1",
            "x86_64",
            "tcp://127.0.0.1:1",
            "process",
            ResourceSlots.of("cpu", cpu, "mem", 1L << 30),
            Map.of("cpu", "count", "mem", "bytes"),
            List.copyOf(held.values()),
            false));
  }

  AgentReport.Reply report(AgentReport report) {
    return world.bus.request(Addresses.REPORTS, report);
  }

  private Outcome answer(KernelCommand command) {
    commands.add(command);
    commandNanos.putIfAbsent(command.kernelId(), System.nanoTime());
    return switch (command) {
      case KernelCommand.StartKernel start -> start(start);
      case KernelCommand.StopKernel stop -> {
        if (!ignoresStops) {
          tasks.start("stop", () -> end(stop, KernelState.TERMINATED, stop.reason(), 0));
        }
        yield new Outcome.Accepted();
      }
    };
  }

  private Outcome start(KernelCommand.StartKernel start) {
    var answer = onStart.apply(start);
    if (answer != null) {
      return answer;
    }
    var known = held.get(start.kernelId());
    if (known != null && known.generation() >= start.generation()) {
      return new Outcome.AlreadyDone();
    }
    specs.put(start.kernelId(), start.spec());
    held.put(start.kernelId(), observed(start, KernelState.PREPARING, "", null, null));
    tasks.start("start", () -> run(start));
    return new Outcome.Accepted();
  }

  private void run(KernelCommand.StartKernel start) {
    var last = startsUpTo.isGone() ? KernelState.CREATING : startsUpTo;
    for (var state : List.of(KernelState.PREPARING, KernelState.CREATING, KernelState.RUNNING)) {
      if (state.rank() <= last.rank()) {
        var reason = state == KernelState.RUNNING ? "new-container-started" : "";
        tell(observed(start, state, reason, null, null));
      }
    }
    if (startsUpTo.isGone()) {
      end(start, startsUpTo, "failed-to-start", null);
    }
  }

  void end(KernelCommand command, KernelState state, String reason, @Nullable Integer exitCode) {
    var failure =
        state == KernelState.TERMINATED
            ? null
            : Problem.of(ProblemCode.KERNEL_CREATION_FAILED, "Expected a runner, but got none.");
    var gone = observed(command, state, reason, exitCode, failure);
    held.put(command.kernelId(), gone);
    reportUntilAcknowledged(gone);
    held.remove(command.kernelId());
  }

  void tell(KernelObserved observed) {
    held.put(observed.kernelId(), observed);
    if (observed.state() == KernelState.RUNNING) {
      runningReportedNanos.put(observed.kernelId(), System.nanoTime());
    }
    reportUntilAcknowledged(observed);
  }

  private void reportUntilAcknowledged(KernelObserved observed) {
    while (!tasks.isClosing()) {
      try {
        report(new AgentReport.KernelReported(id, incarnation, observed));
        return;
      } catch (ProblemException notAcknowledged) {
        Thread.onSpinWait();
      }
    }
  }

  KernelObserved observed(
      KernelCommand command,
      KernelState state,
      String reason,
      @Nullable Integer exitCode,
      @Nullable Problem failure) {
    return new KernelObserved(
        command.kernelId(),
        sessionOf(command),
        command.generation(),
        state,
        reason,
        "pid:" + command.generation(),
        "127.0.0.1",
        List.of(new ServicePort("ttyd", "http", List.of(7681))),
        Map.of("cpu", List.of("0")),
        exitCode,
        failure,
        Map.of());
  }

  private static SessionId sessionOf(KernelCommand command) {
    return switch (command) {
      case KernelCommand.StartKernel start -> start.spec().sessionId();
      case KernelCommand.StopKernel stop -> stop.sessionId();
    };
  }

  long starts() {
    return commands.stream().filter(KernelCommand.StartKernel.class::isInstance).count();
  }

  long firstCommandNanos(KernelId kernel) {
    return commandNanos.getOrDefault(kernel, 0L);
  }

  @Override
  public void close() {
    bus.close();
    tasks.close();
  }
}
