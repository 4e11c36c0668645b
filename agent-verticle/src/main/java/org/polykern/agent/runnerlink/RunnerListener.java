package org.polykern.agent.runnerlink;

/** Who hears a runner; called on the reading thread of all links, so it must not block. */
public interface RunnerListener {
  /** What is listed here and what follows is all that the runner still holds. */
  void onHello(RunnerHello hello);

  /**
   * A numbered message; it may be a repetition.
   *
   * @param body as it came, not to be kept or changed elsewhere
   */
  void onOutput(OutputKind kind, String run, long seq, byte[] body);

  /**
   * The runner lives.
   *
   * @param unackedBytes what it says it still holds
   */
  void onStatus(long unackedBytes);

  /** What its jail has refused; replaces what was told before. */
  void onRefusals(Refusals refusals);
}
