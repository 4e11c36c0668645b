package org.polykern.runner.run;

/** One query run. Confined to the loop thread. */
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
  private byte[] source;
  private State state = State.QUEUED;

  Run(String id, byte[] source) {
    this.id = id;
    this.source = source;
  }

  /** The agent's name for this run. */
  public String id() {
    return id;
  }

  /** Hands out the source text (UTF-8) and forgets it, since it may be large. */
  public byte[] takeSource() {
    byte[] taken = source;
    source = new byte[0];
    return taken;
  }

  /** Where the run is now. */
  public State state() {
    return state;
  }

  /** Moves a started run between running and waiting for input. */
  public void waiting(boolean forInput) {
    state = forInput ? State.WAITING_INPUT : State.RUNNING;
  }
}
