package org.polykern.agent.runnerlink;

import java.util.List;

/**
 * The runner's answer to hello.
 *
 * @param next number of the next new output message
 * @param runs those not finished: the executing one first, then the queue in order
 * @param plain it speaks the plain protocol: it keeps nothing that could come again
 */
public record RunnerHello(String runtime, long next, List<Active> runs, boolean plain) {
  /** {@code state} is queued, running or waiting-input. */
  public record Active(String run, String state) {}

  /** The answer of a runner that speaks the whole protocol. */
  public RunnerHello(String runtime, long next, List<Active> runs) {
    this(runtime, next, runs, false);
  }

  public RunnerHello {
    runs = List.copyOf(runs);
  }
}
