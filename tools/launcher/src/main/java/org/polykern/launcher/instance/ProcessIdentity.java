package org.polykern.launcher.instance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process for certain: its pid, and the clock tick since boot at which it started, so that a pid
 * that was given to another process later is not mistaken for it.
 */
public record ProcessIdentity(long pid, long startTick) {
  /** In {@code /proc/PID/stat} after the parenthesised name, counted from 0. */
  private static final int START_TICK_FIELD = 19;

  private static final int STATE_FIELD = 0;

  /** This JVM. */
  public static ProcessIdentity self() {
    var pid = ProcessHandle.current().pid();
    return of(pid).orElseThrow(() -> new IllegalStateException("Expected /proc to list " + pid));
  }

  /** The process that has this pid now; a zombie counts as gone. */
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      if (fields[STATE_FIELD].equals("Z") || fields[STATE_FIELD].equals("X")) {
        return Optional.empty();
      }
      return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields[START_TICK_FIELD])));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }
}
