package org.polykern.runner.language;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.text.TextPieces;

/**
 * A runtime's query mode. One run at a time: {@link #run} is called again only after the listener
 * heard {@link Listener#finished}. Confined to the loop thread.
 */
public interface Language {

  /** Takes what a run produces; called on the loop thread. */
  interface Listener {
    /** Output of the current run; the buffer is valid during the call only. */
    void output(MessageType type, ByteBuffer body);

    /** The current run waits for one line of input. */
    void waitingInput(boolean password);

    /** The current run has ended and all of its output was handed over. */
    void finished(int exitCode);

    /** The answer to {@link Language#complete}; {@code json} is the whole body. */
    void completion(String id, byte[] json);

    /** Whether more output may be handed over now. */
    boolean hasRoom();

    /** Shows a sentence of the runner's own in the current run. */
    default void say(String sentence) {
      byte[] line = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
      TextPieces.each(ByteBuffer.wrap(line), piece -> output(MessageType.STDERR, piece));
    }

    /** Answers {@link Language#complete} with nothing. */
    default void noCompletion(String id) {
      completion(id, "{\"suggestions\": []}".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Prepares for the first run, ahead of it; failures are told to the first run. */
  void start();

  /** Executes a snippet. */
  void run(byte[] source);

  /** Answers {@link Listener#waitingInput}. */
  void input(byte[] line);

  /**
   * Ends the standard input of the current run after what it was given.
   *
   * @return false where it cannot be ended, because later runs read it too
   */
  default boolean endInput() {
    return false;
  }

  /** Sends a signal to everything that the current run started. */
  void interrupt(Signal signal);

  /** Asks for words that could stand at the end of {@code code}. Always answered, within 5 s. */
  void complete(String id, String code);

  /** Called before every wait: reads on or pauses as {@link Listener#hasRoom} says. */
  void adjustReading();

  /** Ends all processes (SIGTERM, after 2 s SIGKILL), then calls {@code done}. */
  void stop(Runnable done);
}
