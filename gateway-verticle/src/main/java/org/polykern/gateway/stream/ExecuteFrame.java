package org.polykern.gateway.stream;

import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.http.Parameters;
import org.polykern.gateway.run.ExecuteRequest;

/**
 * The first message of an execute stream.
 *
 * @param run what to begin, or with mode CONTINUE which run to read on
 * @param runId chosen by the client, else by us
 * @param offset where to read on; 0 of a run that begins
 * @param resumable whether the run outlives a broken connection
 */
record ExecuteFrame(ExecuteRequest run, RunId runId, long offset, boolean resumable) {

  /**
   * Reads the message.
   *
   * @throws ProblemException with a sentence for the client
   */
  static ExecuteFrame of(String text) {
    var p = Parameters.ofMessage(text);
    var run = ExecuteRequest.of(p);
    var mode = run.mode();
    if (mode == null || mode == Mode.INPUT) {
      throw p.invalid(
          "mode",
          "Expected the mode query, batch or continue in the first message of a stream, but got '"
              + p.text("mode")
              + "'.");
    }
    var reading = mode == Mode.CONTINUE;
    var given = run.runId();
    return new ExecuteFrame(
        run,
        given == null ? RunId.random() : given,
        reading ? p.number("offset", 0) : 0,
        p.flag(reading, "resumable"));
  }

  boolean begins() {
    return run.mode() != Mode.CONTINUE;
  }

  /** QUERY, BATCH or CONTINUE. */
  Mode mode() {
    return java.util.Objects.requireNonNull(run.mode());
  }
}
