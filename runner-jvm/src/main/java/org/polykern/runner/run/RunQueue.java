package org.polykern.runner.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * First in, first out, one at a time; a run id is accepted once until its end is acknowledged.
 * Confined to the loop thread.
 */
public final class RunQueue {
  private final ArrayDeque<Run> queued = new ArrayDeque<>();
  private final Map<String, Long> finishedSeq = new HashMap<>();
  private @Nullable Run current;

  /** Queues a run; false when its id is queued, running or finished without acknowledgement. */
  public boolean add(String id, byte[] source) {
    if (finishedSeq.containsKey(id) || find(id) != null) {
      return false;
    }
    queued.add(new Run(id, source));
    return true;
  }

  /** The run that is executing, or null. */
  public @Nullable Run current() {
    return current;
  }

  /** Starts the oldest queued run if none is executing; null when there is nothing to start. */
  public @Nullable Run startNext() {
    if (current != null || queued.isEmpty()) {
      return null;
    }
    current = queued.remove();
    current.waiting(false);
    return current;
  }

  /** Takes a run out of the queue before it starts; false when it is not queued. */
  public boolean removeQueued(String id) {
    return queued.removeIf(run -> run.id().equals(id));
  }

  /** Records the end of a run, which was executing or has just been removed from the queue. */
  public void finished(String id, long seq) {
    if (current != null && current.id().equals(id)) {
      current = null;
    }
    finishedSeq.put(id, seq);
  }

  /** Forgets ended runs whose last message, {@code seq} or earlier, was delivered. */
  public void acknowledged(long seq) {
    finishedSeq.values().removeIf(last -> last <= seq);
  }

  /** The runs that have not ended: the executing one first, then the queue in order. */
  public List<Run> all() {
    List<Run> runs = new ArrayList<>(queued.size() + 1);
    if (current != null) {
      runs.add(current);
    }
    runs.addAll(queued);
    return runs;
  }

  private @Nullable Run find(String id) {
    for (Run run : all()) {
      if (run.id().equals(id)) {
        return run;
      }
    }
    return null;
  }
}
