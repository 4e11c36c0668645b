package org.polykern.runner.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * First in, first out, one at a time; a step of a run is accepted once until the run's end is
 * acknowledged. A batch run holds its place until its last step, however late that arrives.
 * Confined to the loop thread.
 */
public final class RunQueue {
  private final ArrayDeque<Run> queued = new ArrayDeque<>();
  private final Map<String, Long> finishedSeq = new HashMap<>();
  private @Nullable Run current;
  private int lonely;

  /**
   * Queues a step, and its run with the first one.
   *
   * @return false when the step is queued or executing, or its run has ended and that end was not
   *     acknowledged, or when a query's id is used for a batch step or the other way round
   */
  public boolean add(String id, StepKind kind, byte[] body) {
    if (finishedSeq.containsKey(id)) {
      return false;
    }
    Run run = find(id);
    if (run == null) {
      run = new Run(id, false);
      queued.add(run);
    }
    return run.add(new Step(kind, body));
  }

  /** Queues a step without a run id, as the plain protocol sends it: a run of its own. */
  public void addAlone(StepKind kind, byte[] body) {
    Run run = new Run("plain-" + ++lonely, true);
    queued.add(run);
    if (!run.add(new Step(kind, body))) {
      throw new IllegalStateException("Expected a new run to take its first step.");
    }
  }

  /** The run that has begun and not ended, or null. */
  public @Nullable Run current() {
    return current;
  }

  /**
   * Begins the next step of the current run, or the first one of the oldest queued run; null when a
   * step is executing or there is none to begin.
   */
  public @Nullable Step startNext() {
    if (current == null) {
      current = queued.poll();
    }
    if (current == null || current.executing() != null) {
      return null;
    }
    current.waiting(false);
    return current.begin();
  }

  /** The current run's step is over; its next one may begin. */
  public void stepEnded() {
    if (current != null) {
      current.stepEnded();
    }
  }

  /**
   * Takes a run with all its steps out of the queue before it starts; false when it is not there.
   */
  public boolean removeQueued(String id) {
    return queued.removeIf(run -> run.id().equals(id));
  }

  /** Records the end of a run, which was current or has just been removed from the queue. */
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

  /** The runs that have not ended: the current one first, then the queue in order. */
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
