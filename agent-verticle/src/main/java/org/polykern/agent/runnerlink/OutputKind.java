package org.polykern.agent.runnerlink;

import org.jspecify.annotations.Nullable;

/** Numbered messages of a run. */
public enum OutputKind {
  STDOUT("stdout"),
  STDERR("stderr"),
  MEDIA("media"),
  HTML("html"),
  WAITING_INPUT("waiting-input"),
  CLEAN_FINISHED("clean-finished"),
  BUILD_FINISHED("build-finished"),
  FINISHED("finished");

  private final String wire;

  OutputKind(String wire) {
    this.wire = wire;
  }

  /** The word of the protocol and of the client API. */
  public String wire() {
    return wire;
  }

  static @Nullable OutputKind of(String wire) {
    for (var kind : values()) {
      if (kind.wire.equals(wire)) {
        return kind;
      }
    }
    return null;
  }
}
