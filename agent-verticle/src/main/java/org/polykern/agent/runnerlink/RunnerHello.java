package org.polykern.agent.runnerlink;

import java.util.List;

/**
 * The runner's answer to hello.
 *
 * @param next number of the next new output message
 * @param runs those not finished: the executing one first, then the queue in order
 */
public record RunnerHello(String runtime, long next, List<Active> runs) {
  /** {@code state} is queued, running or waiting-input. */
  public record Active(String run, String state) {}

  public RunnerHello {
    runs = List.copyOf(runs);
  }
}
