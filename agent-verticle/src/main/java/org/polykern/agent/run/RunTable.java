package org.polykern.agent.run;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.id.RunId;

/** The runs that are known, oldest first, and how long each is. Guarded by KernelRuns. */
final class RunTable {
  static final int MAX_RUNS = 256;
  static final Duration ABANDONED = Duration.ofMinutes(10);
  private static final long REDELIVERY = Duration.ofSeconds(60).toNanos();
  private static final long STREAM_KEPT = Duration.ofHours(1).toNanos();
  private static final long RELIEF_AGE = Duration.ofSeconds(5).toNanos();

  private final Map<RunId, Run> runs = new LinkedHashMap<>();

  @Nullable Run get(RunId id) {
    return runs.get(id);
  }

  Collection<Run> all() {
    return runs.values();
  }

  /**
   * Adds a run; the oldest that is over, and that nobody waits for, makes room. False when none
   * does.
   */
  boolean put(Run run) {
    if (runs.size() >= MAX_RUNS) {
      var old =
          runs.values().stream().filter(known -> known.ended && known.callers == 0).findFirst();
      if (old.isEmpty()) {
        return false;
      }
      old.get().giveUp();
      runs.remove(old.get().id);
      RunStreams.delete(List.of(old.get()));
    }
    runs.put(run.id, run);
    return true;
  }

  void remove(RunId id) {
    runs.remove(id);
  }

  /** Whether a run but this one has not ended. */
  boolean othersWait(Run run) {
    return runs.values().stream().anyMatch(other -> other != run && !other.ended);
  }

  /** Drops what was delivered a minute ago, and what nobody came back for. */
  void forget(long now) {
    var old = runs.values().stream().filter(run -> isOver(run, now)).toList();
    old.forEach(run -> runs.remove(run.id));
    RunStreams.delete(old);
  }

  private static boolean isOver(Run run, long now) {
    var unasked = now - run.lastPollNanos;
    if (run.stream != null) {
      return run.ended && run.callers == 0 && unasked > STREAM_KEPT;
    }
    return run.isDelivered()
        ? now - run.lastNanos > REDELIVERY
        : run.detached && run.ended && unasked > 2 * ABANDONED.toNanos();
  }

  /**
   * An ended run that its client has left must not fill the runner's window, where it would hold up
   * later runs. Its output stays here, at the price that it does not survive this agent.
   */
  void relieve(long now) {
    for (var run : runs.values()) {
      if (run.ended && run.callers == 0 && now - run.lastPollNanos > RELIEF_AGE) {
        run.giveUp();
      }
    }
  }
}
