package org.polykern.agent.run;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.RunId;

/** One run. Guarded by the lock of its KernelRuns, to which the condition belongs. */
final class Run {
  final RunId id;
  final Condition changed;
  final ArrayDeque<Output> unread = new ArrayDeque<>();

  /** Answers of the runner still to come: a finished run gets no more output. */
  boolean ended;

  /** The program waits for a line (also when the client has been told). */
  boolean waiting;

  boolean password;

  /** Nobody asked for it for long; its output does not hold up others any more. */
  boolean detached;

  /** The runner was asked to end it, since it waits and nobody will answer. */
  boolean cancelled;

  /** Code points per stream that wait, to answer before more than one answer's worth is there. */
  int unreadStdout;

  int unreadStderr;
  int unreadBytes;

  /** Unread ends of batch steps; each ends a call. */
  int unreadSteps;

  private long droppedPoints;
  int ticket;
  int callers;
  long lastOutputNanos;
  long lastPollNanos;

  /** Of a run that is read as a stream, else null; then nothing is unread here. */
  @Nullable RunStream stream;

  /** The answer that ended it, for a client that lost it. */
  Outcome.@Nullable Result last;

  long lastNanos;

  Run(RunId id, Condition changed, long now) {
    this.id = id;
    this.changed = changed;
    this.lastPollNanos = now;
  }

  void add(Output output, long now) {
    unread.add(output);
    unreadBytes += output.receipt().bytes;
    switch (output.kind()) {
      case STDOUT -> unreadStdout += output.points();
      case STDERR -> unreadStderr += output.points();
      case CLEAN_FINISHED, BUILD_FINISHED -> {
        unreadSteps++;
        waiting = false;
      }
      case FINISHED -> {
        ended = true;
        waiting = false;
      }
      case WAITING_INPUT -> {
        waiting = true;
        password = output.password();
      }
      case MEDIA, HTML -> {}
    }
    lastOutputNanos = now;
  }

  boolean isDelivered() {
    return last != null;
  }

  /** Its unread output counts as handed out, though it stays readable here. */
  void giveUp() {
    unread.forEach(output -> output.receipt().handed = true);
  }

  /** Forgets the oldest texts beyond so many bytes; ends of steps and the end stay. */
  void shed(int keptBytes) {
    if (unreadBytes <= keptBytes) {
      return;
    }
    var oldest = unread.iterator();
    for (var newer = unread.size() - 1; unreadBytes > keptBytes && newer > 0; newer--) {
      var output = oldest.next();
      if (!output.isControl()) {
        output.receipt().handed = true;
        droppedPoints += output.points();
        unreadBytes -= output.receipt().bytes;
        oldest.remove();
      }
    }
    recount();
  }

  /** Characters that were dropped since the last answer. */
  long takeDropped() {
    var dropped = droppedPoints;
    droppedPoints = 0;
    return dropped;
  }

  /** Counts anew what waits, after something was taken. */
  void recount() {
    unreadStdout = 0;
    unreadStderr = 0;
    unreadBytes = 0;
    unreadSteps = 0;
    for (var output : unread) {
      unreadBytes += output.receipt().bytes;
      if (output.kind() == OutputKind.STDOUT) {
        unreadStdout += output.points();
      } else if (output.kind() == OutputKind.STDERR) {
        unreadStderr += output.points();
      } else if (output.isStepEnd()) {
        unreadSteps++;
      }
    }
  }

  /** Enough for one answer, or nothing more can come before the client acts. */
  boolean isReady(int fullBytes) {
    return ended
        || unreadSteps > 0
        || (waiting && (unread.isEmpty() || unread.peekLast().isControl()))
        || unreadStdout >= Console.LIMIT_POINTS
        || unreadStderr >= Console.LIMIT_POINTS
        || unreadBytes >= fullBytes;
  }
}
