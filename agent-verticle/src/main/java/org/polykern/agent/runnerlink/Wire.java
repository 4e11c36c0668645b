package org.polykern.agent.runnerlink;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How commands and messages lie in the two frames: with headers, or plain. Commands answer false
 * when the runner takes nothing; they come from any thread, messages on the reading thread.
 */
interface Wire {
  /** Sends two frames, without blocking. */
  @FunctionalInterface
  interface Frames {
    boolean send(String type, byte[] payload);
  }

  /** Greets the runner, which sends everything un-acknowledged again. */
  boolean hello();

  boolean code(String run, String source);

  boolean batch(String run, String clean, String build, String exec);

  boolean input(String run, String text);

  /** {@code run} null: whatever executes. */
  boolean interrupt(@Nullable String run);

  boolean cancel(String run);

  boolean ack(long seq);

  /** Asks whether the runner lives. */
  boolean status();

  boolean shutdown();

  /** {@code request}: JSON object with the code and the options. */
  boolean complete(String id, byte[] request);

  /**
   * Anything else that is answered by its id.
   *
   * @throws org.polykern.common.problem.ProblemException when the protocol has no such question
   */
  boolean ask(String type, String id, byte[] body);

  /**
   * Passes a message on.
   *
   * @throws IOException when it is not one of the protocol
   */
  void take(byte[] type, byte[] payload) throws IOException;
}
