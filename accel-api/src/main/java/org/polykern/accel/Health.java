package org.polykern.accel;

/**
 * How a device is.
 *
 * @param sentence why, and what helps; empty when all is well
 */
public record Health(State state, String sentence) {
  public static final Health OK = new Health(State.OK, "");

  /** From good to bad. */
  public enum State {
    OK,
    /** It works, but someone should look at it. It is still handed out. */
    DEGRADED,
    /** It is handed out no more; what already uses it keeps it. */
    SICK
  }

  public Health {
    if (sentence.isBlank() != (state == State.OK)) {
      throw new IllegalArgumentException(
          "Expected a sentence for a device that is not well, and none for one that is, but "
              + state
              + " has '"
              + sentence
              + "'");
    }
  }

  public static Health degraded(String sentence) {
    return new Health(State.DEGRADED, sentence);
  }

  public static Health sick(String sentence) {
    return new Health(State.SICK, sentence);
  }

  /** The worse of both; of equally bad ones this. */
  public Health and(Health other) {
    return other.state.compareTo(state) > 0 ? other : this;
  }
}
