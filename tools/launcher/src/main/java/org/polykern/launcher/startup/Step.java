package org.polykern.launcher.startup;

/** One thing to start, and how to stop it again. The name is shown to people. */
public record Step(String name, Action start, Action stop) {
  /** What a step does; may block and may throw. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }

  /** A step that leaves nothing to stop. */
  public static Step of(String name, Action start) {
    return new Step(name, start, () -> {});
  }
}
