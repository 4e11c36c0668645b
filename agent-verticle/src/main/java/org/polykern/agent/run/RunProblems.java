package org.polykern.agent.run;

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

  static Problem tooMany(int limit) {
    return Problem.of(
        ProblemCode.QUOTA_EXCEEDED,
        "Expected at most " + limit + " waiting runs in one session; finish some first.");
  }

  static Problem stopping() {
    return Problem.of(ProblemCode.UNAVAILABLE, "The agent is stopping.");
  }
}
