package org.polykern.agent.run;

import org.jspecify.annotations.Nullable;

/**
 * What runs need from a runner's link. No method blocks. {@code code} and {@code input} throw a
 * ProblemException when the runner takes nothing; the others are repeated later anyway and do not.
 */
public interface RunnerPort {
  void code(String run, String source);

  void input(String run, String text);

  /** {@code run} null: whatever executes. */
  void interrupt(@Nullable String run);

  void ack(long seq);

  /** Ask for everything un-acknowledged once more. */
  void hello();
}
