package org.polykern.agent.kernel;

import java.io.IOException;
import java.time.Duration;
import org.polykern.common.problem.Problem;

/** One step of a start. It first looks whether it is done already. */
record Step(String name, Body body) {
  /** May throw a ProblemException, which counts as {@link Result.Fault}. */
  @FunctionalInterface
  interface Body {
    Result take(Kernel kernel, int generation) throws IOException, InterruptedException;
  }

  /** What became of it. */
  sealed interface Result {
    /** The next step may be taken. */
    record Done() implements Result {}

    /** Not yet; {@code why} is said when the deadline comes first. */
    record Retry(Duration after, String why) implements Result {}

    /** It cannot be done; whether that is REJECTED or FAILED depends on what ran already. */
    record Fault(Problem problem) implements Result {}

    Done DONE = new Done();
  }
}
