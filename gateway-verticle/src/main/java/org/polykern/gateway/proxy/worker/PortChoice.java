package org.polykern.gateway.proxy.worker;

import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.Circuit;

/**
 * Ports to try for a circuit, best first: the one that it had (then no other, its address is known
 * to somebody), the one that was asked for, then each of the range once.
 */
final class PortChoice {
  private final int @Nullable [] range;
  private final @Nullable Integer had;
  private @Nullable Integer first;
  private int cursor;
  private int left;

  /**
   * @param range first and last; null: any free port
   * @param next where in the range to begin
   */
  PortChoice(int @Nullable [] range, Circuit circuit, int next) {
    this.range = range;
    this.had = circuit.port();
    var wanted = circuit.wantedPort();
    var mayWant = wanted != null && (range == null || (wanted >= range[0] && wanted <= range[1]));
    this.first = had != null ? had : mayWant ? wanted : null;
    this.left = range == null ? 1 : range[1] - range[0] + 1;
    this.cursor = range == null ? 0 : next >= range[0] && next <= range[1] ? next : range[0];
  }

  /** Null when there is none left. */
  @Nullable Integer next() {
    var preferred = first;
    if (preferred != null) {
      first = null;
      return preferred;
    }
    if (had != null || left == 0) {
      return null;
    }
    left--;
    var port = cursor;
    if (range != null) {
      cursor = cursor == range[1] ? range[0] : cursor + 1;
    }
    return port;
  }
}
