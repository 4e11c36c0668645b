package org.polykern.gateway.run;

import java.time.Duration;
import java.util.function.Function;
import org.polykern.common.bus.Address;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.id.AgentId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;

/**
 * Asks the agent of a session's main kernel. When nobody answers at the agent's address (nothing
 * was done then), the call is repeated for a while: agents restart. When the agent does not know
 * the kernel, the session is looked up anew once.
 */
public final class KernelCalls {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long an agent may be away before a call fails. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Bus bus;
  private final Tasks tasks;
  private final KernelTargets targets;

  public KernelCalls(Bus bus, Tasks tasks, KernelTargets targets) {
    this.bus = bus;
    this.tasks = tasks;
    this.targets = targets;
  }

  /** Throws the agent's problem, or 404/400 when the session is not running any more. */
  public RunCommand.Outcome run(
      String accessKey, String ref, Duration patience, Function<KernelTarget, RunCommand> command)
      throws InterruptedException {
    return ask(accessKey, ref, patience, Addresses::runs, command);
  }

  public FileCommand.Outcome files(
      String accessKey, String ref, Function<KernelTarget, FileCommand> command)
      throws InterruptedException {
    return ask(accessKey, ref, PATIENCE, Addresses::files, command);
  }

  public StreamCommand.Outcome streams(
      String accessKey, String ref, Function<KernelTarget, StreamCommand> command)
      throws InterruptedException {
    return ask(accessKey, ref, PATIENCE, Addresses::streams, command);
  }

  private <Q, R> R ask(
      String accessKey,
      String ref,
      Duration patience,
      Function<AgentId, Address<Q, R>> address,
      Function<KernelTarget, Q> command)
      throws InterruptedException {
    var deadline = System.nanoTime() + patience.toNanos();
    var lookedAgain = false;
    while (true) {
      var target = targets.resolve(accessKey, ref);
      try {
        return bus.request(address.apply(target.agent()), command.apply(target));
      } catch (ProblemException e) {
        targets.forget(target.session());
        var kernelUnknown = isUnknownKernel(e.problem());
        if (kernelUnknown && !lookedAgain) {
          lookedAgain = true;
        } else if (e.problem().code() == ProblemCode.UNAVAILABLE
            && System.nanoTime() < deadline
            && !tasks.isClosing()) {
          tasks.pause(PAUSE);
        } else {
          throw e;
        }
      }
    }
  }

  /** Other things may be unknown too: a run, a file. */
  public static boolean isUnknownKernel(Problem problem) {
    return problem.code() == ProblemCode.OBJECT_NOT_FOUND
        && problem.shownTitle().startsWith("No such kernel");
  }
}
