package org.polykern.agent.kernel;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.jail.SessionJails;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.agent.service.FreePorts;
import org.polykern.agent.tunnel.Tunnels;
import org.polykern.common.bus.KernelCommand.StopKernel;
import org.polykern.common.id.KernelId;
import org.polykern.common.task.KeyedSerial;
import org.polykern.common.task.Tasks;

/** The objects of this package, wired. */
public record KernelParts(
    Kernels kernels,
    KernelCommands commands,
    RunCommands runCommands,
    StreamCommands streamCommands,
    KernelEnd end,
    Adoption adoption) {
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(60);
  private static final Duration DOWN_PAUSE = Duration.ofMillis(20);

  /** {@code root}: the agent may give files away. */
  public record Settings(Path kernelHome, boolean root, Duration startDeadline) {}

  /** What it is wired with. */
  public record Needs(
      KernelStore store,
      Kernels kernels,
      Devices devices,
      KernelBackend backend,
      SessionJails jails,
      RunnerLinks links,
      ReportSink reports,
      Tunnels tunnels,
      Tasks tasks,
      Settings settings) {}

  public static KernelParts wire(Needs needs) {
    var settings = needs.settings();
    var mailboxes = new KeyedSerial<KernelId>(needs.tasks());
    var scratch = new Scratch(needs.backend().users(), settings.root());
    var end =
        new KernelEnd(
            needs.backend(), needs.devices(), scratch, mailboxes, needs.reports(), needs.tunnels());
    var steps =
        new KernelSteps(
            needs.devices(),
            needs.backend(),
            needs.jails(),
            scratch,
            new RunnerCommand(settings.kernelHome()),
            needs.links(),
            end);
    var start = new KernelStart(steps.all(), end);
    return new KernelParts(
        needs.kernels(),
        new KernelCommands(
            needs.kernels(), start, end, mailboxes, needs.reports(), settings.startDeadline()),
        new RunCommands(needs.kernels(), needs.backend()),
        new StreamCommands(
            needs.kernels(),
            new HostPorts(needs.kernels(), needs.backend(), new FreePorts(new SecureRandom())),
            needs.tunnels()),
        end,
        new Adoption(
            needs.store(),
            needs.kernels(),
            needs.devices(),
            needs.backend(),
            needs.links(),
            start,
            end,
            mailboxes));
  }

  /**
   * Stops every kernel and waits until none is left.
   *
   * @throws org.polykern.common.problem.ProblemException when some are still there after a minute
   */
  public void stopAll() throws InterruptedException {
    commands.leave();
    for (var kernel : kernels.all()) {
      var record = kernel.record();
      commands.handle(
          new StopKernel(
              kernel.id(),
              record.spec().sessionId(),
              record.generation(),
              "agent-termination",
              true));
    }
    var deadline = System.nanoTime() + DOWN_LIMIT.toNanos();
    while (kernels.all().stream().anyMatch(kernel -> !kernel.record().state().isGone())) {
      if (System.nanoTime() > deadline) {
        throw KernelProblems.notStopped().toException();
      }
      Thread.sleep(DOWN_PAUSE);
    }
  }

  /** Without a running agent: ends every container that there is of it. */
  public static void removeAll(KernelStore store, KernelBackend backend) {
    for (var id : store.list()) {
      var record = store.load(id);
      var container = record.map(KernelRecord::container).orElse(null);
      if (container != null && backend.name().equals(record.get().backend())) {
        backend.kill(id, store.dirs(id), container);
      }
      backend.remove(id, store.dirs(id));
    }
    backend.removeStrays(Set.of());
  }
}
