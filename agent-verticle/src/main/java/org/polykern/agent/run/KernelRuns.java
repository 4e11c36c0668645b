package org.polykern.agent.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

/** The runs of one kernel, from its start (or adoption) to its end. */
public final class KernelRuns implements RunnerListener {
  private static final long QUIET = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_WAIT_MILLIS = 25_000;
  private static final long REDELIVERY = Duration.ofSeconds(60).toNanos();
  static final Duration ABANDONED = Duration.ofMinutes(10);

  /** How long after its greeting an adopted runner may take to send old output again. */
  private static final long REPLAY = Duration.ofSeconds(2).toNanos();

  private static final int FULL_BYTES = 512 * 1024;
  private static final int MAX_RUNS = 256;

  /** Beyond this, output of ended runs that nobody asks for is kept by us alone. */
  private static final int RELIEF_BYTES = 512 * 1024;

  private static final int RELIEF_MESSAGES = 1024;
  private static final long RELIEF_AGE = Duration.ofSeconds(5).toNanos();

  /** The honest window is 1 MiB and one message; beyond this the runner is not ours any more. */
  private static final long MAX_HELD_BYTES = 48L << 20;

  private static final int MAX_HELD_MESSAGES = 16_384;
  private static final long UNKNOWN = -1;

  private final RunnerPort port;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  // All below is guarded by lock.
  private final Map<RunId, Run> runs = new LinkedHashMap<>();
  private final ArrayDeque<Receipt> unacked = new ArrayDeque<>();
  private long heldBytes;
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
   * @throws org.polykern.common.problem.ProblemException for a run that is not known here
   */
  public Outcome execute(Execute call) {
    lock.lock();
    try {
      awaitTold(call);
      var known = call.runId() == null ? null : runs.get(call.runId());
      var needsRunner = known == null || (call.mode() == Mode.QUERY && isDelivered(known));
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
      throw Problem.of(ProblemCode.UNAVAILABLE, "The agent is stopping.").toException();
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
    while (call.runId() != null && !runs.containsKey(call.runId()) && lost == null) {
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
        runs.values().forEach(run -> run.changed.signalAll());
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
      var abandoned = ABANDONED.toNanos();
      runs.values().removeIf(run -> isForgotten(run, now));
      for (var run : runs.values()) {
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
      return heldBytes > MAX_HELD_BYTES || unacked.size() > MAX_HELD_MESSAGES;
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
        if (!isRunId(active.run()) || runs.size() >= MAX_RUNS) {
          continue;
        }
        var run = runs.computeIfAbsent(new RunId(active.run()), this::newRun);
        run.waiting = active.state().equals("waiting-input");
        run.changed.signalAll();
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
      if (isOverrunLocked()) {
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

  private void keep(OutputKind kind, RunId id, Receipt receipt, byte[] body) {
    unacked.add(receipt);
    heldBytes += receipt.bytes;
    var run = runs.get(id);
    if (run == null && runs.size() < MAX_RUNS) {
      run = newRun(id);
      runs.put(id, run);
      told.signalAll();
    }
    if (run == null) {
      receipt.handed = true;
      return;
    }
    run.add(Output.of(kind, receipt, body), nanos.getAsLong());
    if (heldBytes > RELIEF_BYTES || unacked.size() > RELIEF_MESSAGES) {
      relieve();
    }
    if (run.detached) {
      drain(run);
    } else if (run.callers > 0) {
      run.changed.signalAll();
    }
  }

  private Run attach(Execute call, @Nullable Run known) {
    return switch (call.mode()) {
      case QUERY -> known == null || isDelivered(known) ? begin(call) : known;
      case CONTINUE -> existing(call, known);
      case INPUT -> giveInput(existing(call, known), call.code());
      case BATCH ->
          throw Problem.of(
                  ProblemCode.NOT_IMPLEMENTED,
                  "Batch mode is not there yet; send the program as a query.")
              .toException();
    };
  }

  private Run begin(Execute call) {
    if (runs.values().stream().filter(run -> !run.ended).count() >= MAX_RUNS) {
      throw Problem.of(
              ProblemCode.QUOTA_EXCEEDED,
              "Expected at most " + MAX_RUNS + " waiting runs in one session; finish some first.")
          .toException();
    }
    var id = call.runId() == null ? RunId.random() : call.runId();
    flushAcks(); // before the code: the runner ignores an id that it still holds as finished
    port.code(id.value(), call.code());
    var run = newRun(id);
    runs.remove(id);
    put(run);
    return run;
  }

  /** Adds a run; the oldest that is over, and that nobody waits for, makes room. */
  private void put(Run run) {
    if (runs.size() >= MAX_RUNS) {
      for (var old : runs.values()) {
        if (old.ended && old.callers == 0) {
          old.unread.forEach(output -> output.receipt().handed = true);
          runs.remove(old.id);
          break;
        }
      }
    }
    runs.put(run.id, run);
  }

  /**
   * An ended run that its client has left must not fill the runner's window, where it would hold up
   * later runs. Its output stays here, at the price that it does not survive this agent.
   */
  private void relieve() {
    var now = nanos.getAsLong();
    for (var run : runs.values()) {
      if (run.ended && run.callers == 0 && now - run.lastPollNanos > RELIEF_AGE) {
        run.unread.forEach(output -> output.receipt().handed = true);
      }
    }
    flushAcks();
  }

  private static Run existing(Execute call, @Nullable Run known) {
    if (call.runId() == null) {
      throw Problem.invalid("runId", "Expected a run id with mode " + call.mode() + ".")
          .toException();
    }
    if (known == null) {
      throw Problem.notFound(
              "run", "Run " + call.runId() + " is not known here; it may have ended long ago.")
          .toException();
    }
    return known;
  }

  private Run giveInput(Run run, String line) {
    if (run.last != null) {
      return run;
    }
    if (!run.waiting) {
      throw Problem.invalid(
              "mode", "Run " + run.id + " does not wait for input now; use mode continue.")
          .toException();
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
    for (var output : run.unread) {
      output.receipt().handed = true;
    }
    var othersWait = runs.values().stream().anyMatch(other -> other != run && !other.ended);
    if (run.waiting && othersWait) {
      port.interrupt(run.id.value());
      port.interrupt(null);
    }
  }

  /** Output of a run that nobody reads: the newest mebibyte is kept. */
  private void drain(Run run) {
    run.unread.forEach(output -> output.receipt().handed = true);
    while (run.unreadBytes > 2 * FULL_BYTES && run.unread.size() > 1) {
      run.unread.removeFirst();
      run.recount();
    }
    flushAcks();
  }

  private void flushAcks() {
    var acked = UNKNOWN;
    for (var first = unacked.peek(); first != null && first.handed; first = unacked.peek()) {
      acked = first.seq;
      heldBytes -= first.bytes;
      unacked.remove();
    }
    if (acked != UNKNOWN && lost == null) {
      port.ack(acked);
    }
  }

  private boolean isOverrunLocked() {
    return heldBytes > MAX_HELD_BYTES || unacked.size() > MAX_HELD_MESSAGES;
  }

  private static boolean isDelivered(Run run) {
    return run.last != null;
  }

  private static boolean isForgotten(Run run, long now) {
    return isDelivered(run)
        ? now - run.lastNanos > REDELIVERY
        : run.detached && run.ended && now - run.lastPollNanos > 2 * ABANDONED.toNanos();
  }

  private Run newRun(RunId id) {
    return new Run(id, lock.newCondition(), nanos.getAsLong());
  }

  private static boolean isRunId(String text) {
    return !text.isEmpty() && text.length() <= 64;
  }
}
