package org.polykern.e2e;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.RunListener;
import org.polykern.cli.client.RunStep;

/** What a run wrote. Subclasses answer questions; this one expects none. */
class Transcript implements RunListener {
  final StringBuilder out = new StringBuilder();
  final StringBuilder err = new StringBuilder();

  @Override
  public void output(List<RunStep.Item> items) {
    for (RunStep.Item item : items) {
      (item.kind().equals("stderr") ? err : out).append(item.value().asText());
    }
  }

  @Override
  public @Nullable String input(boolean password) {
    throw new AssertionError("Expected no question, but the program waits for input.");
  }

  @Override
  public void reconnecting(ClientException reason) {
    throw new AssertionError(reason);
  }
}
