package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Signals to a program and what it started. */
final class GroupSignal {
  private GroupSignal() {}

  /**
   * Sends {@code signal} to the process group that the program leads, or to it and its descendants
   * where it leads none. All but {@link Signal#INTERRUPT} also reach descendants that have left the
   * group.
   */
  static void send(ProcessHandle program, Signal signal) {
    int pid = Math.toIntExact(program.pid());
    // Looked up before the signal: the children of a process that is gone are no descendants.
    List<ProcessHandle> descendants =
        program.isAlive() ? program.descendants().toList() : List.of();
    boolean grouped = CLibrary.kill(-pid, signal.number()) == 0;
    if (!grouped && program.isAlive()) {
      CLibrary.kill(pid, signal.number());
    }
    for (ProcessHandle descendant : descendants) {
      boolean left = grouped && signal != Signal.INTERRUPT && group(descendant.pid()) != pid;
      if (!grouped || left) {
        CLibrary.kill(Math.toIntExact(descendant.pid()), signal.number());
      }
    }
  }

  private static long group(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name in brackets may hold anything, brackets too. After it: state, parent, group.
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 4)[2]);
    } catch (IOException | RuntimeException e) {
      return -1; // It has ended meanwhile, and a signal to it goes nowhere.
    }
  }
}
