package org.polykern.agent.run;

import java.nio.file.Path;

/** For runs that are never read as streams. */
final class NoLogs {
  /** Nothing is written as long as no stream begins. */
  static final Path HERE = Path.of("no-such-directory");

  private NoLogs() {}
}
