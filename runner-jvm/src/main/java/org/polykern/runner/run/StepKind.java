package org.polykern.runner.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one command of a run asks for. A query run has one step, a batch run three. */
public enum StepKind {
  CODE("code"),
  CLEAN("clean"),
  BUILD("build"),
  EXEC("exec");

  private final String wire;

  StepKind(String wire) {
    this.wire = wire;
  }

  /** The word of the protocol. */
  public String wire() {
    return wire;
  }

  /** Whether the run is over after it. */
  public boolean last() {
    return this == CODE || this == EXEC;
  }

  /** The kind with this word, or null. */
  public static @Nullable StepKind of(String wire) {
    return Arrays.stream(values()).filter(kind -> kind.wire.equals(wire)).findAny().orElse(null);
  }
}
