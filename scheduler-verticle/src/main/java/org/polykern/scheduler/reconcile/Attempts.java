package org.polykern.scheduler.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.polykern.common.id.KernelId;

/**
 * When to tell an agent the same thing again: after an answer, once what it leads to should have
 * been reported; after none, later and later (100 ms doubled up to 5 s). Guarded by its lock.
 */
final class Attempts {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final class Attempt {
    final String wish;
    boolean inFlight = true;
    int failures;
    Instant next = Instant.MIN;

    Attempt(String wish) {
      this.wish = wish;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<KernelId, Attempt> attempts = new HashMap<>();
  private final Clock clock;

  Attempts(Clock clock) {
    this.clock = clock;
  }

  /** True when it is time; then {@link #succeeded} or {@link #failed} must follow. */
  boolean begin(KernelId kernel, String wish) {
    lock.lock();
    try {
      var attempt = attempts.get(kernel);
      if (attempt == null || (!attempt.wish.equals(wish) && !attempt.inFlight)) {
        attempts.put(kernel, new Attempt(wish));
        return true;
      }
      if (attempt.inFlight || attempt.next.isAfter(clock.instant())) {
        return false;
      }
      attempt.inFlight = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The agent took it; ask again only after {@code patience}. */
  void succeeded(KernelId kernel, Duration patience) {
    end(
        kernel,
        attempt -> {
          attempt.failures = 0;
          attempt.next = clock.instant().plus(patience);
        });
  }

  void failed(KernelId kernel) {
    end(
        kernel,
        attempt -> {
          var pause = FIRST.multipliedBy(1L << Math.min(attempt.failures, 10));
          attempt.next = clock.instant().plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
          attempt.failures++;
        });
  }

  /** Forgets kernels that want nothing any more; answers the time until the next is due. */
  Duration retain(Set<KernelId> wanting, Duration atMost) {
    lock.lock();
    try {
      attempts.entrySet().removeIf(e -> !wanting.contains(e.getKey()) && !e.getValue().inFlight);
      var now = clock.instant();
      return attempts.values().stream()
          .filter(attempt -> !attempt.inFlight)
          .map(attempt -> Duration.between(now, attempt.next))
          .filter(pause -> pause.compareTo(atMost) < 0)
          .map(pause -> pause.isNegative() ? Duration.ZERO : pause)
          .min(Duration::compareTo)
          .orElse(atMost);
    } finally {
      lock.unlock();
    }
  }

  private void end(KernelId kernel, java.util.function.Consumer<Attempt> how) {
    lock.lock();
    try {
      var attempt = attempts.get(kernel);
      if (attempt != null) {
        attempt.inFlight = false;
        how.accept(attempt);
      }
    } finally {
      lock.unlock();
    }
  }
}
