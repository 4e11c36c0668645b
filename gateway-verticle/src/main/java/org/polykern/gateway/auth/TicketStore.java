package org.polykern.gateway.auth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Texts that every gateway can look up for a while. All methods may block, and throw a
 * ProblemException 503 when the store does not answer.
 */
public interface TicketStore {
  void put(String key, String value, Duration life);

  /** Null when there is none (any more). */
  @Nullable String get(String key);

  /** The same, and it is gone: of several who ask at once, one gets it. */
  @Nullable String take(String key);
}
