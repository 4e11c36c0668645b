package org.polykern.cli.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link RunLoop} tells and asks while code runs. Called from the loop's thread. */
public interface RunListener {
  /** Output, in order. */
  void output(List<RunStep.Item> items);

  /**
   * A step of a batch run is over.
   *
   * @param name {@code clean} or {@code build}
   * @param exitCode null when the server does not know it
   */
  default void stepFinished(String name, @Nullable Integer exitCode) {}

  /**
   * The program waits for a line.
   *
   * @return the line without its end, or null at the end of input: the run is then interrupted,
   *     because the API has no other way to say so
   */
  @Nullable String input(boolean password);

  /** The connection broke and is being tried again. */
  void reconnecting(ClientException reason);
}
