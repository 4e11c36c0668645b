package org.polykern.agent.run;

import java.io.IOException;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** What can be wrong with a call, as sentences. */
final class RunProblems {
  private RunProblems() {}

  static Problem noId(Mode mode) {
    return Problem.invalid("runId", "Expected a run id with mode " + mode + ".");
  }

  static Problem unknown(RunId run) {
    return Problem.notFound(
        "run", "Run " + run + " is not known here; it may have ended long ago.");
  }

  static Problem notWaiting(RunId run) {
    return Problem.invalid(
        "mode", "Run " + run + " does not wait for input now; use mode continue.");
  }

  static Problem streamed(RunId run) {
    return Problem.invalid(
        "runId",
        "Run "
            + run
            + " is read as a stream; go on at /stream/session/.../execute with its offset.");
  }

  static Problem notStreamed(RunId run) {
    return Problem.invalid(
        "runId", "Run " + run + " was not begun as a stream; read it by calls of mode continue.");
  }

  static Problem badOffset(RunId run, long offset) {
    return Problem.invalid(
        "offset",
        "Expected an offset that a message of run "
            + run
            + " has told, or 0 for its beginning, but got "
            + offset
            + ".");
  }

  static Problem noRoom(IOException e) {
    return Problem.of(
        ProblemCode.UNAVAILABLE, "The agent cannot keep the run's output: " + e.getMessage());
  }

  static Problem unreadable(IOException e) {
    return Problem.of(
        ProblemCode.INTERNAL, "The agent cannot read the run's output: " + e.getMessage());
  }

  static Problem tooMany(int limit) {
    return Problem.of(
        ProblemCode.QUOTA_EXCEEDED,
        "Expected at most " + limit + " waiting runs in one session; finish some first.");
  }

  static Problem stopping() {
    return Problem.of(ProblemCode.UNAVAILABLE, "The agent is stopping.");
  }
}
