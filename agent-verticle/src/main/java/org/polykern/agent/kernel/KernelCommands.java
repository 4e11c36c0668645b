package org.polykern.agent.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.common.bus.KernelCommand;
import org.polykern.common.bus.KernelCommand.Outcome;
import org.polykern.common.bus.KernelCommand.StartKernel;
import org.polykern.common.bus.KernelCommand.StopKernel;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.task.KeyedSerial;

/** Decides about commands: records durably, puts the work into the kernel's mailbox, answers. */
public final class KernelCommands {
  private final Kernels kernels;
  private final KernelStart start;
  private final KernelEnd end;
  private final KeyedSerial<KernelId> mailboxes;
  private final ReportSink reports;
  private final Duration startDeadline;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean leaving; // guarded by lock

  KernelCommands(
      Kernels kernels,
      KernelStart start,
      KernelEnd end,
      KeyedSerial<KernelId> mailboxes,
      ReportSink reports,
      Duration startDeadline) {
    this.kernels = kernels;
    this.start = start;
    this.end = end;
    this.mailboxes = mailboxes;
    this.reports = reports;
    this.startDeadline = startDeadline;
  }

  /** Answers a command of the scheduler. */
  public Outcome handle(KernelCommand command) {
    lock.lock();
    try {
      return switch (command) {
        case StartKernel begin -> startKernel(begin);
        case StopKernel stop -> stopKernel(stop);
      };
    } finally {
      lock.unlock();
    }
  }

  /** From now on nothing is started. */
  public void leave() {
    lock.lock();
    try {
      leaving = true;
    } finally {
      lock.unlock();
    }
  }

  private Outcome startKernel(StartKernel command) {
    if (leaving) {
      return refused("This agent is stopping.");
    }
    var existing = kernels.find(command.kernelId());
    if (existing.isPresent()) {
      var record = existing.get().record();
      if (command.generation() < record.generation()) {
        return new Outcome.StaleGeneration(record.generation());
      }
      if (command.generation() == record.generation()) {
        reports.changed(existing.get());
        return new Outcome.AlreadyDone();
      }
      if (!record.state().isGone()) {
        return restart(existing.get(), command);
      }
      kernels.forget(existing.get());
    }
    if (Instant.now().isAfter(command.deadline())) {
      return refused("The start came after its deadline.");
    }
    var record =
        KernelRecord.accepted(
            command.spec(), command.generation(), Instant.now().plus(startDeadline));
    var kernel = kernels.add(record);
    reports.changed(kernel);
    mailboxes.submit(kernel.id(), () -> start.run(kernel));
    return new Outcome.Accepted();
  }

  private Outcome restart(Kernel kernel, StartKernel command) {
    if (kernel.record().stopReason() != null) {
      return refused("The kernel is being stopped.");
    }
    kernel.change(
        record -> record.restarted(command.generation(), Instant.now().plus(startDeadline)));
    reports.changed(kernel);
    mailboxes.submit(kernel.id(), () -> start.run(kernel));
    return new Outcome.Accepted();
  }

  private Outcome stopKernel(StopKernel command) {
    var existing = kernels.find(command.kernelId());
    if (existing.isEmpty()) {
      reports.unknown(terminated(command));
      return new Outcome.Accepted();
    }
    var kernel = existing.get();
    var record = kernel.record();
    if (command.generation() < record.generation()) {
      return new Outcome.StaleGeneration(record.generation());
    }
    if (record.state().isGone()) {
      reports.changed(kernel);
      return new Outcome.AlreadyDone();
    }
    kernel.change(known -> known.stopping(command.generation(), command.reason()));
    mailboxes.submit(kernel.id(), () -> end.stop(kernel, command.forced()));
    return record.stopReason() == null ? new Outcome.Accepted() : new Outcome.AlreadyDone();
  }

  private static KernelObserved terminated(StopKernel command) {
    return new KernelObserved(
        command.kernelId(),
        command.sessionId(),
        command.generation(),
        KernelState.TERMINATED,
        command.reason(),
        null,
        null,
        List.of(),
        Map.of(),
        null,
        null,
        Map.of());
  }

  private static Outcome refused(String why) {
    return new Outcome.Refused(Problem.of(ProblemCode.UNAVAILABLE, why));
  }
}
