package org.polykern.agent.run;

import org.jspecify.annotations.Nullable;

/**
 * What runs need from a runner's link. No method blocks. {@code code}, {@code batch} and {@code
 * input} throw a ProblemException when the runner takes nothing; the others are repeated later
 * anyway and do not.
 */
public interface RunnerPort {
  void code(String run, String source);

  /** Three steps, always all of them; an empty command is skipped by the runner. */
  void batch(String run, String clean, String build, String exec);

  void input(String run, String text);

  /** {@code run} null: whatever executes. */
  void interrupt(@Nullable String run);

  /** Ends this run and no other; a queued one is removed. */
  void cancel(String run);

  void ack(long seq);

  /** Ask for everything un-acknowledged once more. */
  void hello();
}
