package org.polykern.agent.run;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.common.bus.RunCommand.Outcome;

/**
 * Waits until a run has something to say, and says it. Guarded by the lock of KernelRuns, which
 * waiting gives away.
 */
final class Answers {
  private static final int FULL_BYTES = 512 * 1024;

  private final LongSupplier nanos;
  private final Intake intake;

  /** Why the kernel is gone; null while it lives. */
  @Nullable String lost;

  Answers(LongSupplier nanos, Intake intake) {
    this.nanos = nanos;
    this.intake = intake;
  }

  /**
   * The next answer of a run; a newer call of the same run ends this one with an empty answer.
   *
   * @param waitNanos the longest wait
   * @param quietNanos how long output must have been quiet
   */
  Outcome collect(Run run, long waitNanos, long quietNanos) throws InterruptedException {
    var ticket = ++run.ticket;
    run.changed.signalAll();
    run.callers++;
    try {
      var deadline = nanos.getAsLong() + waitNanos;
      while (run.ticket == ticket && lost == null && !run.isReady(FULL_BYTES)) {
        var until = deadline;
        if (!run.unread.isEmpty()) {
          until = Math.min(deadline, run.lastOutputNanos + quietNanos);
        }
        var left = until - nanos.getAsLong();
        if (left <= 0) {
          break;
        }
        @SuppressWarnings("unused") // the loop looks at the clock itself
        var remaining = run.changed.awaitNanos(left);
      }
      if (run.ticket != ticket) {
        return continued(run, List.of());
      }
      return take(run);
    } finally {
      run.callers--;
      run.lastPollNanos = nanos.getAsLong();
    }
  }

  private Outcome take(Run run) {
    var console = new Console();
    console.mark(run.takeDropped());
    var all = console.takeFrom(run.unread);
    Outcome answer;
    var control = run.unread.peek();
    if (all && control != null) {
      answer = control(run, control, console);
    } else if (all && run.waiting) {
      answer = waitingInput(run, run.password, console);
    } else if (all && lost != null) {
      answer = new Outcome.KernelLost(run.id, lost, console.items());
    } else {
      answer = continued(run, console.items());
    }
    run.recount();
    if (lost == null) {
      intake.flush();
    }
    return answer;
  }

  private Outcome control(Run run, Output control, Console console) {
    run.unread.remove();
    control.receipt().handed = true;
    if (control.kind() == OutputKind.WAITING_INPUT) {
      return waitingInput(run, control.password(), console);
    }
    var result =
        new Outcome.Result(
            run.id, control.kind().wire(), control.exitCode(), null, console.items());
    if (control.kind() == OutputKind.FINISHED) {
      run.last = result;
      run.lastNanos = nanos.getAsLong();
    }
    return result;
  }

  private static Outcome waitingInput(Run run, boolean password, Console console) {
    return new Outcome.Result(run.id, "waiting-input", null, password, console.items());
  }

  private static Outcome continued(
      Run run, List<org.polykern.common.bus.RunCommand.ConsoleItem> console) {
    return new Outcome.Result(run.id, "continued", null, null, console);
  }
}
