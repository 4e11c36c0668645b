package org.polykern.gateway.stream;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand.BeginStream;
import org.polykern.common.bus.RunCommand.LeaveStream;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.bus.RunCommand.ReadStream;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.http.Json;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.run.ResultJson;

/** Begins a run or goes on with one, and passes its output on, piece by piece. A task. */
final class ExecuteReader {
  /** An empty message comes at least so often. */
  private static final int WAIT_MS = 20_000;

  /** How often the agent hears that a client that takes nothing is still there. */
  private static final long ATTEND_SECONDS = 60;

  /** How long an agent may be away before the stream gives up; the run goes on. */
  private static final long AWAY_NANOS = Duration.ofMinutes(2).toNanos();

  private static final Duration AWAY_PAUSE = Duration.ofMillis(200);
  private static final long NOTHING_TOLD = -1;
  private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(30);

  private final ExecuteStream stream;
  private final ExecuteFrame frame;
  private long offset;
  private long told = NOTHING_TOLD;
  private long sentNanos;
  private Future<Void> written = Future.succeededFuture();
  private volatile boolean stopped;
  private volatile boolean leave;
  private volatile @Nullable Thread reading;

  ExecuteReader(ExecuteStream stream, ExecuteFrame frame) {
    this.stream = stream;
    this.frame = frame;
    this.offset = frame.offset();
  }

  RunId runId() {
    return frame.runId();
  }

  boolean isResumable() {
    return frame.resumable();
  }

  /**
   * Ends the reading; any thread, and once.
   *
   * @param forGood interrupt the run too
   */
  void stop(boolean forGood) {
    leave = forGood;
    stopped = true;
    var thread = reading;
    if (thread != null) {
      thread.interrupt();
    }
  }

  void run() throws InterruptedException {
    try {
      if (!frame.begins() || begin()) {
        follow();
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        throw e;
      }
    } catch (ProblemException e) {
      stream.fail(codeFor(e.problem()), e.problem());
    }
    reading = null;
    var _ = Thread.interrupted(); // it was meant for the reading
    if (leave) {
      stream.ask(LEAVE_PATIENCE, target -> new LeaveStream(target.kernel(), runId()));
    }
  }

  private static CloseCode codeFor(Problem problem) {
    return switch (problem.code().kind()) {
      case CALLER, CONFLICT, CAPACITY -> CloseCode.INVALID;
      case UNAVAILABLE, OUTCOME_UNKNOWN -> CloseCode.TRY_AGAIN;
      case INTERNAL -> CloseCode.INTERNAL;
    };
  }

  /** Not interrupted, so that whatever follows finds the run begun. False when it is over. */
  private boolean begin() throws InterruptedException {
    var run = frame.run();
    stream.count();
    for (var attempt = 1; ; attempt++) {
      try {
        var outcome =
            stream.ask(
                KernelCalls.PATIENCE,
                target ->
                    new BeginStream(
                        target.kernel(), runId(), frame.mode(), run.code(), run.options()));
        if (outcome instanceof Outcome.KernelLost lost) {
          lost(lost.reason());
          return false;
        }
        return true;
      } catch (ProblemException e) {
        if (attempt > 2 || e.problem().code() != ProblemCode.OUTCOME_UNKNOWN) {
          throw e;
        } // asking again begins nothing twice
      }
    }
  }

  private void follow() throws InterruptedException {
    reading = Thread.currentThread();
    send(ResultJson.message(nothing())); // tells the run's id
    var heard = System.nanoTime();
    while (!stopped) {
      try {
        if (pass(read())) {
          return;
        }
        heard = System.nanoTime();
      } catch (ProblemException e) {
        if (isLost(e.problem())) {
          lost("The kernel is gone.");
          return;
        }
        if (!isAway(e.problem()) || System.nanoTime() - heard > AWAY_NANOS) {
          throw e;
        }
        stream.pause(AWAY_PAUSE);
        if (System.nanoTime() - sentNanos > Duration.ofMillis(WAIT_MS).toNanos()) {
          send(ResultJson.message(nothing()));
        }
      }
    }
  }

  private Outcome.Piece nothing() {
    return new Outcome.Piece(runId(), offset, "continued", null, null, List.of());
  }

  private Outcome read() throws InterruptedException {
    return stream.ask(
        KernelCalls.PATIENCE,
        target -> new ReadStream(target.kernel(), runId(), offset, told, WAIT_MS));
  }

  /** True when the stream is over. */
  private boolean pass(Outcome outcome) throws InterruptedException {
    if (outcome instanceof Outcome.KernelLost lost) {
      lost(lost.reason());
      return true;
    }
    if (!(outcome instanceof Outcome.Piece piece)) {
      throw Problem.of(
              ProblemCode.INTERNAL,
              "The agent gave an answer of another kind: " + outcome.getClass().getSimpleName())
          .toException();
    }
    offset = piece.offset();
    send(ResultJson.message(piece));
    var question = piece.question();
    if (question != null) {
      told = question.id();
      stream.asked(question);
    }
    var finished = piece.status().equals("finished");
    if (finished) {
      stream.finish();
    }
    return finished;
  }

  private void lost(String reason) throws InterruptedException {
    send(ResultJson.lostMessage(runId(), offset, reason));
    stream.finish();
  }

  private boolean isLost(Problem problem) {
    return KernelCalls.isUnknownKernel(problem) || (isAway(problem) && stream.isSessionGone());
  }

  private static boolean isAway(Problem problem) {
    return problem.code() == ProblemCode.UNAVAILABLE
        || problem.code() == ProblemCode.OUTCOME_UNKNOWN;
  }

  /** Waits until the message before this one has left: the client's slowness is the run's. */
  private void send(Map<String, Object> message) throws InterruptedException {
    var text = Json.text(message);
    while (!isWritten()) {
      attend();
    }
    sentNanos = System.nanoTime();
    if (!stopped) {
      written = stream.socket().writeTextMessage(text);
    }
  }

  private boolean isWritten() throws InterruptedException {
    try {
      written.toCompletionStage().toCompletableFuture().get(ATTEND_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return stopped;
    } catch (ExecutionException closed) {
      return true; // of which the close handler tells
    }
  }

  /** Tells the agent that somebody is still there; what it answers comes again. */
  private void attend() throws InterruptedException {
    try {
      stream.ask(
          Duration.ZERO, target -> new ReadStream(target.kernel(), runId(), offset, told, 0));
    } catch (ProblemException e) {
      // The next reading tells.
    }
  }
}
