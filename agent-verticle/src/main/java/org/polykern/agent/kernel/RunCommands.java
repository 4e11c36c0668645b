package org.polykern.agent.kernel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.run.KernelRuns;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.AnswerStream;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.Cancel;
import org.polykern.common.bus.RunCommand.Complete;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Interrupt;
import org.polykern.common.bus.RunCommand.LeaveStream;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.ReadLog;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.ProblemException;

/** Answers what the gateway asks of a kernel's runner. */
public final class RunCommands {
  /** Calls that come while a kernel restarts wait for it. */
  private static final Duration START_WAIT = Duration.ofSeconds(20);

  private static final Duration COMPLETION_LIMIT = Duration.ofSeconds(5);

  private final Kernels kernels;
  private final KernelBackend backend;

  RunCommands(Kernels kernels, KernelBackend backend) {
    this.kernels = kernels;
    this.backend = backend;
  }

  /**
   * @throws ProblemException OBJECT_NOT_FOUND for a kernel that is not here, UNAVAILABLE for one
   *     that does not run yet
   */
  public Outcome handle(RunCommand command) {
    return switch (command) {
      case Execute execute -> runs(execute.kernelId()).execute(execute);
      case Interrupt interrupt -> {
        link(interrupt.kernelId())
            .interrupt(interrupt.runId() == null ? null : interrupt.runId().value());
        yield new Outcome.Done();
      }
      case BeginStream begin -> runs(begin.kernelId()).streams().begin(begin);
      case ReadStream read -> read(read);
      case AnswerStream answer -> {
        runs(answer.kernelId()).streams().answer(answer);
        yield new Outcome.Done();
      }
      case LeaveStream leave -> {
        runs(leave.kernelId()).streams().leave(leave);
        yield new Outcome.Done();
      }
      case Cancel cancel -> {
        link(cancel.kernelId()).cancel(cancel.runId().value());
        yield new Outcome.Done();
      }
      case Complete complete ->
          new Outcome.Completions(
              link(complete.kernelId())
                  .complete(complete.code(), complete.options(), COMPLETION_LIMIT));
      case ReadLog read -> log(read);
    };
  }

  private Outcome read(ReadStream call) {
    try {
      return runs(call.kernelId()).streams().read(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelProblems.notReady(call.kernelId()).toException();
    }
  }

  /** They know by themselves when the kernel is lost. */
  private KernelRuns runs(KernelId id) {
    var kernel = kernels.get(id);
    awaitRunning(kernel);
    var runs = kernel.runs();
    if (runs == null) {
      throw KernelProblems.notReady(id).toException();
    }
    return runs;
  }

  private RunnerLink link(KernelId id) {
    var kernel = kernels.get(id);
    awaitRunning(kernel);
    var link = kernel.link();
    if (link == null) {
      throw KernelProblems.notReady(id).toException();
    }
    return link;
  }

  /** A kernel that has ended, or ends, does not hold the caller up. */
  private static void awaitRunning(Kernel kernel) {
    try {
      if (!kernel.awaitRunning(START_WAIT) && kernel.record().stopReason() == null) {
        throw KernelProblems.notReady(kernel.id()).toException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KernelProblems.notReady(kernel.id()).toException();
    }
  }

  private Outcome log(ReadLog read) {
    var kernel = kernels.get(read.kernelId());
    var container = kernel.record().container();
    if (container == null) {
      return new Outcome.Log("");
    }
    var limit = Math.clamp(read.maxBytes(), 0, KernelEnd.LOG_LIMIT);
    var bytes =
        kernel.record().state().isGone()
            ? KernelEnd.keptLog(kernel, limit)
            : backend.log(kernel.dirs(), container, limit);
    return new Outcome.Log(new String(bytes, StandardCharsets.UTF_8));
  }
}
