package org.polykern.agent.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand.AnswerStream;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.LeaveStream;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemException;

/**
 * Runs that are read as streams: what may be asked of them. Takes the lock of KernelRuns itself.
 */
public final class StreamCalls {
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(25).toNanos();

  private final ReentrantLock lock;
  private final RunTable runs;
  private final RunStreams streams;
  private final Intake intake;
  private final Answers answers;
  private final RunnerPort port;
  private final LongSupplier nanos;
  private final Function<RunId, Run> newRun;

  /** The parts of a KernelRuns. */
  record Parts(RunTable runs, RunStreams streams, Intake intake, Answers answers) {}

  StreamCalls(
      ReentrantLock lock,
      Parts parts,
      RunnerPort port,
      LongSupplier nanos,
      Function<RunId, Run> newRun) {
    this.lock = lock;
    this.runs = parts.runs();
    this.streams = parts.streams();
    this.intake = parts.intake();
    this.answers = parts.answers();
    this.port = port;
    this.nanos = nanos;
    this.newRun = newRun;
  }

  /**
   * Begins a run, unless it is known.
   *
   * @throws ProblemException when the runner takes nothing
   */
  public Outcome begin(BeginStream call) {
    lock.lock();
    try {
      var known = runs.get(call.runId());
      if (known != null && known.stream != null) {
        return new Outcome.Done();
      }
      if (known != null) {
        throw RunProblems.notStreamed(call.runId()).toException();
      }
      var lost = answers.lost;
      if (lost != null) {
        return new Outcome.KernelLost(call.runId(), lost, List.of());
      }
      start(call);
      return new Outcome.Done();
    } finally {
      lock.unlock();
    }
  }

  private void start(BeginStream call) {
    var steps = call.mode() == Mode.BATCH ? BatchSteps.of(call.options()) : null;
    var run = newRun.apply(call.runId());
    if (!runs.put(run)) {
      throw RunProblems.tooMany(RunTable.MAX_RUNS).toException();
    }
    try {
      streams.begin(run);
      intake.flush();
      if (steps == null) {
        port.code(run.id.value(), call.code());
      } else {
        port.batch(run.id.value(), steps.clean(), steps.build(), steps.exec());
      }
    } catch (ProblemException e) {
      runs.remove(run.id);
      RunStreams.delete(List.of(run));
      throw e;
    }
  }

  /**
   * The next piece; blocks until there is one.
   *
   * @throws ProblemException for a run that is not known here, or an offset that is none of it
   */
  public Outcome read(ReadStream call) throws InterruptedException {
    lock.lock();
    try {
      var run = existing(call.runId());
      run.detached = false;
      run.callers++;
      try {
        return await(run, call);
      } finally {
        run.callers--;
        run.lastPollNanos = nanos.getAsLong();
      }
    } finally {
      lock.unlock();
    }
  }

  private Outcome await(Run run, ReadStream call) throws InterruptedException {
    var wait = Math.clamp(call.waitMillis() * 1_000_000L, 0, LONGEST_WAIT_NANOS);
    var deadline = nanos.getAsLong() + wait;
    while (true) {
      var piece = streams.next(run, call.offset(), call.told());
      streams.relax();
      if (answers.lost == null) {
        intake.flush();
      }
      if (piece != null) {
        return piece;
      }
      if (answers.lost != null) {
        return new Outcome.KernelLost(run.id, answers.lost, List.of());
      }
      var left = deadline - nanos.getAsLong();
      if (left <= 0) {
        return new Outcome.Piece(run.id, call.offset(), "continued", null, null, List.of());
      }
      @SuppressWarnings("unused") // the loop looks at the clock itself
      var remaining = run.changed.awaitNanos(left);
    }
  }

  /** Gives a line to the program, if it still waits for just this one. */
  public void answer(AnswerStream call) {
    lock.lock();
    try {
      var run = existing(call.runId());
      if (run.stream != null && run.stream.asks(run, call.question())) {
        port.input(run.id.value(), call.line());
        run.waiting = false;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Interrupts a run whose reader will not come back; nothing holds it up from now on. */
  public void leave(LeaveStream call) {
    lock.lock();
    try {
      @Nullable Run run = runs.get(call.runId());
      if (run != null && run.stream != null && !run.ended && answers.lost == null) {
        run.detached = true;
        run.stream.release();
        intake.flush();
        port.interrupt(run.id.value());
      }
    } finally {
      lock.unlock();
    }
  }

  private Run existing(RunId id) {
    var run = runs.get(id);
    if (run == null) {
      throw RunProblems.unknown(id).toException();
    }
    if (run.stream == null) {
      throw RunProblems.notStreamed(id).toException();
    }
    return run;
  }
}
