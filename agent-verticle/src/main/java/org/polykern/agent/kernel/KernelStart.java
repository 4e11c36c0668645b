package org.polykern.agent.kernel;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.kernel.Step.Result;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the steps of a start, in the kernel's mailbox. */
final class KernelStart {
  private static final Logger log = LoggerFactory.getLogger(KernelStart.class);

  private final List<Step> steps;
  private final KernelEnd end;

  KernelStart(List<Step> steps, KernelEnd end) {
    this.steps = List.copyOf(steps);
    this.end = end;
  }

  /** Gives up silently when a stop or a newer generation has come meanwhile. */
  void run(Kernel kernel) throws InterruptedException {
    var generation = kernel.record().generation();
    var begun = System.nanoTime();
    var times = new StringBuilder();
    for (var step : steps) {
      var stepBegun = System.nanoTime();
      var problem = take(step, kernel, generation);
      times.append(' ').append(step.name()).append(' ');
      times.append((System.nanoTime() - stepBegun) / 1_000_000);
      if (problem != null) {
        log.warn("Kernel {} did not start at {}: {}", kernel.id(), step.name(), problem.message());
        end.startFailed(kernel, problem);
        return;
      }
      if (!isWanted(kernel, generation)) {
        return;
      }
    }
    var running =
        kernel.change(record ->
            record.generation() == generation && record.stopReason() == null
                ? record.in(KernelState.RUNNING, "new-container-started")
                : record);
    if (running.state() == KernelState.RUNNING) {
      end.report(kernel);
      log.info(
          "Kernel {} runs after {} ms (ms per step:{})",
          kernel.id(),
          (System.nanoTime() - begun) / 1_000_000,
          times);
    }
  }

  private @Nullable Problem take(Step step, Kernel kernel, int generation)
      throws InterruptedException {
    while (isWanted(kernel, generation)) {
      var result = attempt(step, kernel, generation);
      switch (result) {
        case Result.Done done -> {
          return null;
        }
        case Result.Fault fault -> {
          return fault.problem();
        }
        case Result.Retry retry -> {
          if (Instant.now().isAfter(kernel.record().deadline())) {
            return KernelProblems.creation(
                "Expected the kernel to start within its deadline, but " + retry.why() + ".");
          }
          if (!retry.after().isZero()) {
            kernel.awaitMove(retry.after());
          }
        }
      }
    }
    return null;
  }

  private static Result attempt(Step step, Kernel kernel, int generation)
      throws InterruptedException {
    try {
      return step.body().take(kernel, generation);
    } catch (ProblemException e) {
      return new Result.Fault(e.problem());
    } catch (IOException | RuntimeException e) {
      log.error("Step {} of kernel {} failed", step.name(), kernel.id(), e);
      return new Result.Fault(
          KernelProblems.creation("Step " + step.name() + " failed on this agent: " + e));
    }
  }

  private static boolean isWanted(Kernel kernel, int generation) {
    var record = kernel.record();
    return record.generation() == generation && record.stopReason() == null;
  }
}
