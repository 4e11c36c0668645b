package org.polykern.agent.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.Refusals;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.agent.runnerlink.RunnerListener;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** The runs of one kernel, from its start (or adoption) to its end. */
public final class KernelRuns implements RunnerListener {
  private static final long LONGEST_WAIT_MILLIS = 25_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How long after its greeting an adopted runner may take to send old output again. */
  private static final long REPLAY = Duration.ofSeconds(2).toNanos();

  /** What is kept of a run that nobody reads, and of one whose runner cannot be held up. */
  private static final int KEPT_BYTES = 1 << 20;

  private static final int KEPT_PLAIN_BYTES = 8 << 20;

  private final RunnerPort port;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  // All below is guarded by lock.
  private final RunTable runs = new RunTable();
  private final Intake intake;
  private final Answers answers;
  private final RunStreams streams;
  private final StreamCalls streamCalls;
  private boolean plain;
  private Refusals refusals = Refusals.NONE;
  private @Nullable Long greetedNanos;

  /**
   * @param logs directory for the output of streams; made when there is one
   * @param adopted true when the runner may have output from before: numbers start anywhere
   */
  public KernelRuns(RunnerPort port, LongSupplier nanos, Path logs, boolean adopted) {
    this.port = port;
    this.nanos = nanos;
    this.intake = new Intake(port, adopted);
    this.answers = new Answers(nanos, intake);
    this.greetedNanos = adopted ? null : nanos.getAsLong() - REPLAY;
    this.streams = new RunStreams(logs, runs, nanos);
    this.streamCalls =
        new StreamCalls(
            lock, new StreamCalls.Parts(runs, streams, intake, answers), port, nanos, this::newRun);
    if (adopted) {
      streams.adopt(this::newRun);
    } else {
      streams.clear();
    }
  }

  /** Runs that are read as streams. */
  public StreamCalls streams() {
    return streamCalls;
  }

  /**
   * One call of the execute API; blocks until there is something to say.
   *
   * @throws ProblemException for a run that is not known here
   */
  public Outcome execute(Execute call) {
    lock.lock();
    try {
      awaitTold(call);
      var known = call.runId() == null ? null : runs.get(call.runId());
      var needsRunner = known == null || (begins(call) && known.isDelivered());
      var lost = answers.lost;
      if (needsRunner && lost != null) {
        return new Outcome.KernelLost(idOf(call), lost, List.of());
      }
      if (known != null && known.stream != null) {
        throw RunProblems.streamed(known.id).toException();
      }
      var run = attach(call, known);
      run.detached = false;
      if (run.last != null) {
        return run.last;
      }
      return answers.collect(
          run,
          waitMillis(call) * NANOS_PER_MILLI,
          Math.max(0, call.quietMillis()) * NANOS_PER_MILLI);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RunProblems.stopping().toException();
    } finally {
      lock.unlock();
    }
  }

  /**
   * An adopted kernel's runs are known once its runner has told the unfinished ones and has sent
   * the output of the others again, shortly after the start.
   */
  private void awaitTold(Execute call) throws InterruptedException {
    var deadline = nanos.getAsLong() + waitMillis(call) * NANOS_PER_MILLI;
    while (call.runId() != null && runs.get(call.runId()) == null && answers.lost == null) {
      var now = nanos.getAsLong();
      if (greetedNanos != null && now - greetedNanos >= REPLAY) {
        return;
      }
      if (now >= deadline) {
        throw Problem.of(
                ProblemCode.UNAVAILABLE,
                "Expected the session to tell its runs after a restart of its agent, but it has not"
                    + " yet; try again.")
            .toException();
      }
      var until = greetedNanos == null ? deadline : Math.min(deadline, greetedNanos + REPLAY);
      @SuppressWarnings("unused") // the loop looks at the clock itself
      var remaining = told.awaitNanos(until - now);
    }
  }

  private static long waitMillis(Execute call) {
    return Math.clamp(call.waitMillis(), 0, LONGEST_WAIT_MILLIS);
  }

  /** The kernel is gone: waiting calls answer what there is, later ones hear the reason. */
  public void lost(String reason) {
    lock.lock();
    try {
      if (answers.lost == null) {
        answers.lost = reason;
        told.signalAll();
        runs.all().forEach(run -> run.changed.signalAll());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Housekeeping, every few seconds: detaches abandoned runs and forgets delivered ones. */
  public void sweep() {
    lock.lock();
    try {
      var now = nanos.getAsLong();
      var abandoned = RunTable.ABANDONED.toNanos();
      runs.forget(now);
      for (var run : runs.all()) {
        if (!run.detached && run.callers == 0 && now - run.lastPollNanos > abandoned) {
          run.detached = true;
          run.giveUp();
          if (run.stream != null) {
            run.stream.release();
          }
        }
        cancelDeserted(run);
      }
      flushAcks();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the runner holds so much un-acknowledged that it cannot be ours. */
  public boolean isOverrun() {
    lock.lock();
    try {
      return intake.isOverrun();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onHello(RunnerHello hello) {
    lock.lock();
    try {
      intake.onHello(hello);
      plain = hello.plain();
      streams.plain = plain;
      if (greetedNanos == null) {
        greetedNanos = nanos.getAsLong();
      }
      told.signalAll();
      for (var active : hello.runs()) {
        if (isRunId(active.run())) {
          tell(new RunId(active.run()), active.state().equals("waiting-input"));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onOutput(OutputKind kind, String runId, long seq, byte[] body) {
    if (!isRunId(runId)) {
      return;
    }
    lock.lock();
    try {
      if (intake.accept(seq)) {
        keep(kind, new RunId(runId), intake.receipt(seq, body.length), body);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onStatus(long unackedBytes) {
    lock.lock();
    try {
      intake.onStatus(unackedBytes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onRefusals(Refusals told) {
    lock.lock();
    try {
      refusals = told;
    } finally {
      lock.unlock();
    }
  }

  /** What the jail has refused, as the runner last said. */
  public Refusals refusals() {
    lock.lock();
    try {
      return refusals;
    } finally {
      lock.unlock();
    }
  }

  private void tell(RunId id, boolean waiting) {
    var run = runs.get(id);
    if (run == null) {
      run = newRun(id);
      if (!runs.put(run)) {
        return;
      }
    }
    run.waiting = waiting;
    if (waiting && run.stream != null) {
      run.stream.noteWaiting();
    }
    run.changed.signalAll();
  }

  private void keep(OutputKind kind, RunId id, Receipt receipt, byte[] body) {
    var run = runs.get(id);
    if (run == null) {
      run = newRun(id);
      if (!runs.put(run)) {
        receipt.handed = true;
        return;
      }
      told.signalAll();
    }
    if (run.stream != null) {
      keep(run, run.stream, kind, receipt, body);
      return;
    }
    run.add(Output.of(kind, receipt, body), nanos.getAsLong());
    if (intake.needsRelief()) {
      runs.relieve(nanos.getAsLong());
      flushAcks();
    }
    if (run.detached) {
      run.giveUp();
      run.shed(KEPT_BYTES);
      flushAcks();
    } else if (run.callers > 0) {
      run.changed.signalAll();
    }
    if (plain) {
      run.shed(KEPT_PLAIN_BYTES);
    }
  }

  private void keep(Run run, RunStream stream, OutputKind kind, Receipt receipt, byte[] body) {
    if (stream.add(run, kind, receipt.seq, body)) {
      run.changed.signalAll();
    }
    streams.settle(run, receipt);
    flushAcks();
  }

  private Run attach(Execute call, @Nullable Run known) {
    return switch (call.mode()) {
      case QUERY, BATCH -> known == null || known.isDelivered() ? begin(call) : known;
      case CONTINUE -> existing(call, known);
      case INPUT -> giveInput(existing(call, known), call.code());
    };
  }

  private static boolean begins(Execute call) {
    return call.mode() == Mode.QUERY || call.mode() == Mode.BATCH;
  }

  private static RunId idOf(Execute call) {
    return call.runId() == null ? RunId.random() : call.runId();
  }

  private Run begin(Execute call) {
    var steps = call.mode() == Mode.BATCH ? BatchSteps.of(call.options()) : null;
    var id = idOf(call);
    var run = newRun(id);
    runs.remove(id);
    if (!runs.put(run)) {
      throw RunProblems.tooMany(RunTable.MAX_RUNS).toException();
    }
    flushAcks(); // before the code: the runner ignores an id that it still holds as finished
    try {
      if (steps == null) {
        port.code(id.value(), call.code());
      } else {
        port.batch(id.value(), steps.clean(), steps.build(), steps.exec());
      }
    } catch (ProblemException e) {
      runs.remove(id);
      throw e;
    }
    return run;
  }

  private static Run existing(Execute call, @Nullable Run known) {
    if (call.runId() == null) {
      throw RunProblems.noId(call.mode()).toException();
    }
    if (known == null) {
      throw RunProblems.unknown(call.runId()).toException();
    }
    return known;
  }

  private Run giveInput(Run run, String line) {
    if (run.last != null) {
      return run;
    }
    if (!run.waiting) {
      throw RunProblems.notWaiting(run.id).toException();
    }
    port.input(run.id.value(), line);
    run.waiting = false;
    for (var output : run.unread) {
      if (output.kind() == OutputKind.WAITING_INPUT) {
        output.receipt().handed = true;
      }
    }
    run.unread.removeIf(output -> output.kind() == OutputKind.WAITING_INPUT);
    return run;
  }

  /** A program that waits for a line from nobody must not hold up the runs behind it. */
  private void cancelDeserted(Run run) {
    if (run.detached && run.waiting && !run.cancelled && runs.othersWait(run)) {
      run.cancelled = true;
      port.cancel(run.id.value());
    }
  }

  private void flushAcks() {
    if (answers.lost == null) {
      intake.flush();
    }
  }

  private Run newRun(RunId id) {
    return new Run(id, lock.newCondition(), nanos.getAsLong());
  }

  private static boolean isRunId(String text) {
    return !text.isEmpty() && text.length() <= 64;
  }
}
