package org.polykern.runner.run;

/** One command of a run. */
public final class Step {
  private final StepKind kind;
  private final byte[] body;

  Step(StepKind kind, byte[] body) {
    this.kind = kind;
    this.body = body;
  }

  /** What to do. */
  public StepKind kind() {
    return kind;
  }

  /** Source text or shell command, UTF-8, not a copy; may be large, so do not keep the step. */
  public byte[] body() {
    return body;
  }
}
