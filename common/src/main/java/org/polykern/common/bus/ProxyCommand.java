package org.polykern.common.bus;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From a coordinator of the app proxy to one of its workers. The rows are the truth: a command says
 * which of them to look at now.
 */
public sealed interface ProxyCommand {
  /** Serve a circuit; answered by {@link Outcome.Serving} or {@link Outcome.NoFreePort}. */
  record Serve(UUID circuit) implements ProxyCommand {}

  /** Stop serving and close every connection; answered by {@link Outcome.Done}. */
  record Drop(List<UUID> circuits) implements ProxyCommand {
    public Drop {
      circuits = List.copyOf(circuits);
    }
  }

  /** Every answer. */
  sealed interface Outcome {
    /**
     * Requests are served from now on.
     *
     * @param port that was taken for the circuit; null when its sub-domain tells it from others
     */
    record Serving(@Nullable Integer port) implements Outcome {}

    /** Every port of the worker's range is taken. */
    record NoFreePort() implements Outcome {}

    record Done() implements Outcome {}
  }
}
