package org.polykern.runner.run;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run: a query, or the steps of a batch, which arrive one by one. Confined to the loop thread.
 */
public final class Run {
  /** Where a run is in its life; a finished run is no longer held. */
  public enum State {
    QUEUED("queued"),
    RUNNING("running"),
    WAITING_INPUT("waiting-input");

    private final String wire;

    State(String wire) {
      this.wire = wire;
    }

    /** The word of the protocol. */
    public String wire() {
      return wire;
    }
  }

  private final String id;
  private final boolean alone;
  private final Set<StepKind> known = EnumSet.noneOf(StepKind.class);
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private @Nullable StepKind executing;
  private State state = State.QUEUED;
  private boolean cancelled;

  /**
   * A run without steps.
   *
   * @param alone whether its first step is its only one, whatever that is
   */
  Run(String id, boolean alone) {
    this.id = id;
    this.alone = alone;
  }

  /** The agent's name for this run. */
  public String id() {
    return id;
  }

  /** Where the run is now. */
  public State state() {
    return state;
  }

  /** Moves a started run between running and waiting for input. */
  public void waiting(boolean forInput) {
    state = forInput ? State.WAITING_INPUT : State.RUNNING;
  }

  /** The kind of the step that is being executed, or null between two steps. */
  public @Nullable StepKind executing() {
    return executing;
  }

  /** Drops the steps that have not begun; the run has nothing more to do. */
  public void cancel() {
    cancelled = true;
    steps.clear();
  }

  /** Whether {@link #cancel} was called. */
  public boolean cancelled() {
    return cancelled;
  }

  /** Whether the run is over when the executing step is. */
  public boolean endsWithThisStep() {
    return alone || cancelled || (executing != null && executing.last());
  }

  /** Takes one more step; false when it is known, or when the run is of the other sort. */
  boolean add(Step step) {
    boolean otherSort =
        !known.isEmpty() && known.contains(StepKind.CODE) != (step.kind() == StepKind.CODE);
    if (cancelled || otherSort || !known.add(step.kind())) {
      return false;
    }
    return steps.add(step);
  }

  @Nullable Step begin() {
    Step step = steps.poll();
    if (step != null) {
      executing = step.kind();
    }
    return step;
  }

  void stepEnded() {
    executing = null;
    state = State.RUNNING;
  }
}
