package org.polykern.gateway.run;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.session.SessionRow;
import org.polykern.gateway.session.Sessions;

/**
 * Which kernel a reference to a session means, remembered for {@link #FRESH}. Only whole names and
 * whole ids are remembered: a prefix may become ambiguous at any time.
 */
public final class KernelTargets {
  static final Duration FRESH = Duration.ofSeconds(5);
  private static final int MAX_ENTRIES = 50_000;

  private record Key(String accessKey, String ref) {}

  private record Entry(KernelTarget target, long readAt) {}

  private final Sessions sessions;
  private final ConcurrentHashMap<Key, Entry> cache = new ConcurrentHashMap<>();

  public KernelTargets(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Blocks on a miss.
   *
   * @throws org.polykern.common.problem.ProblemException 404, or 400 when it does not run
   */
  public KernelTarget resolve(String accessKey, String ref) {
    var key = new Key(accessKey, ref);
    var entry = cache.get(key);
    if (entry != null && System.nanoTime() - entry.readAt < FRESH.toNanos()) {
      return entry.target;
    }
    var readAt = System.nanoTime();
    var row = sessions.resolve(accessKey, ref);
    var target = targetOf(row);
    if (ref.equals(row.name()) || ref.equals(row.id().toString())) {
      if (cache.size() >= MAX_ENTRIES) {
        cache.clear();
      }
      cache.put(key, new Entry(target, readAt));
    }
    return target;
  }

  private static KernelTarget targetOf(SessionRow row) {
    var agent = row.agentId();
    if (row.status() != SessionStatus.RUNNING || agent == null) {
      var info = row.statusInfo();
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "Expected a running session, but "
                  + row.name()
                  + " is "
                  + row.status().publicName()
                  + (info == null || info.isEmpty() ? "" : " (" + info + ")")
                  + ".")
          .toException();
    }
    return new KernelTarget(row.id(), row.kernelId(), agent);
  }

  /** Whatever happened, the next call looks at the row. */
  public void hear(SessionEvent event) {
    forget(event.sessionId());
  }

  public void forget(SessionId session) {
    cache.values().removeIf(entry -> entry.target.session().equals(session));
  }
}
