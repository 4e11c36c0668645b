package org.polykern.agent.run;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;
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
  private static final long QUIET = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_WAIT_MILLIS = 25_000;

  /** How long after its greeting an adopted runner may take to send old output again. */
  private static final long REPLAY = Duration.ofSeconds(2).toNanos();

  private static final int FULL_BYTES = 512 * 1024;

  private static final long UNKNOWN = -1;

  private final RunnerPort port;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  // All below is guarded by lock.
  private final RunTable runs = new RunTable();
  private final Unacked unacked = new Unacked();
  private long lastSeq;
  private int silentHolds;
  private boolean resyncing;
  private @Nullable Long greetedNanos;
  private @Nullable String lost;

  /**
   * @param adopted true when the runner may have output from before: numbers start anywhere
   */
  public KernelRuns(RunnerPort port, LongSupplier nanos, boolean adopted) {
    this.port = port;
    this.nanos = nanos;
    this.lastSeq = adopted ? UNKNOWN : 0;
    this.greetedNanos = adopted ? null : nanos.getAsLong() - REPLAY;
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
      var needsRunner = known == null || (call.mode() == Mode.QUERY && known.isDelivered());
      if (needsRunner && lost != null) {
        var id = call.runId() == null ? RunId.random() : call.runId();
        return new Outcome.KernelLost(id, lost, List.of());
      }
      var run = attach(call, known);
      run.detached = false;
      if (run.last != null) {
        return run.last;
      }
      return collect(run, waitMillis(call));
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
    var deadline = nanos.getAsLong() + waitMillis(call) * 1_000_000L;
    while (call.runId() != null && runs.get(call.runId()) == null && lost == null) {
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
      if (lost == null) {
        lost = reason;
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
          detach(run);
        }
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
      return unacked.isOverrun();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onHello(RunnerHello hello) {
    lock.lock();
    try {
      resyncing = false;
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
      if (lastSeq != UNKNOWN && seq != lastSeq + 1) {
        if (seq > lastSeq + 1 && !resyncing) {
          resyncing = true;
          port.hello(); // something was lost on the way; all of it comes again
        }
        return;
      }
      if (unacked.isOverrun()) {
        return;
      }
      lastSeq = seq;
      keep(kind, new RunId(runId), new Receipt(seq, body.length), body);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onStatus(long unackedBytes) {
    lock.lock();
    try {
      // It holds output, we hold none: the tail was lost. Twice, since it may be on the way.
      silentHolds = unackedBytes > 0 && unacked.isEmpty() ? silentHolds + 1 : 0;
      if (silentHolds > 1) {
        silentHolds = 0;
        port.hello();
      }
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
    run.changed.signalAll();
  }

  private void keep(OutputKind kind, RunId id, Receipt receipt, byte[] body) {
    unacked.add(receipt);
    var run = runs.get(id);
    if (run == null) {
      run = newRun(id);
      if (!runs.put(run)) {
        receipt.handed = true;
        return;
      }
      told.signalAll();
    }
    run.add(Output.of(kind, receipt, body), nanos.getAsLong());
    if (unacked.needsRelief()) {
      runs.relieve(nanos.getAsLong());
      flushAcks();
    }
    if (run.detached) {
      drain(run);
    } else if (run.callers > 0) {
      run.changed.signalAll();
    }
  }

  private Run attach(Execute call, @Nullable Run known) {
    return switch (call.mode()) {
      case QUERY -> known == null || known.isDelivered() ? begin(call) : known;
      case CONTINUE -> existing(call, known);
      case INPUT -> giveInput(existing(call, known), call.code());
      case BATCH -> throw RunProblems.noBatch().toException();
    };
  }

  private Run begin(Execute call) {
    var id = call.runId() == null ? RunId.random() : call.runId();
    var run = newRun(id);
    runs.remove(id);
    if (!runs.put(run)) {
      throw RunProblems.tooMany(RunTable.MAX_RUNS).toException();
    }
    flushAcks(); // before the code: the runner ignores an id that it still holds as finished
    try {
      port.code(id.value(), call.code());
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

  private Outcome collect(Run run, long waitMillis) throws InterruptedException {
    var ticket = ++run.ticket;
    run.changed.signalAll();
    run.callers++;
    try {
      var start = nanos.getAsLong();
      var deadline = start + waitMillis * 1_000_000L;
      while (run.ticket == ticket && lost == null && !run.isReady(FULL_BYTES)) {
        var until = deadline;
        if (!run.unread.isEmpty()) {
          until = Math.min(deadline, run.lastOutputNanos + QUIET);
        }
        var left = until - nanos.getAsLong();
        if (left <= 0) {
          break;
        }
        @SuppressWarnings("unused") // the loop looks at the clock itself
        var remaining = run.changed.awaitNanos(left);
      }
      if (run.ticket != ticket) {
        return new Outcome.Result(run.id, "continued", null, null, List.of());
      }
      return take(run);
    } finally {
      run.callers--;
      run.lastPollNanos = nanos.getAsLong();
    }
  }

  private Outcome take(Run run) {
    var console = new Console();
    var all = console.takeFrom(run.unread);
    Outcome answer;
    var control = run.unread.peek();
    if (all && control != null) {
      answer = control(run, control, console);
    } else if (all && run.waiting) {
      answer = new Outcome.Result(run.id, "waiting-input", null, run.password, console.items());
    } else if (all && lost != null) {
      answer = new Outcome.KernelLost(run.id, lost, console.items());
    } else {
      answer = new Outcome.Result(run.id, "continued", null, null, console.items());
    }
    run.recount();
    flushAcks();
    return answer;
  }

  private Outcome control(Run run, Output control, Console console) {
    run.unread.remove();
    control.receipt().handed = true;
    if (control.kind() == OutputKind.WAITING_INPUT) {
      return new Outcome.Result(run.id, "waiting-input", null, control.password(), console.items());
    }
    var result = new Outcome.Result(run.id, "finished", control.exitCode(), null, console.items());
    run.last = result;
    run.lastNanos = nanos.getAsLong();
    return result;
  }

  private void detach(Run run) {
    run.detached = true;
    run.giveUp();
    if (run.waiting && runs.othersWait(run)) {
      port.interrupt(run.id.value());
    }
  }

  /** Output of a run that nobody reads: the newest mebibyte is kept. */
  private void drain(Run run) {
    run.giveUp();
    while (run.unreadBytes > 2 * FULL_BYTES && run.unread.size() > 1) {
      run.unread.removeFirst();
      run.recount();
    }
    flushAcks();
  }

  private void flushAcks() {
    var acked = unacked.flush();
    if (acked != Unacked.NOTHING && lost == null) {
      port.ack(acked);
    }
  }

  private Run newRun(RunId id) {
    return new Run(id, lock.newCondition(), nanos.getAsLong());
  }

  private static boolean isRunId(String text) {
    return !text.isEmpty() && text.length() <= 64;
  }
}
