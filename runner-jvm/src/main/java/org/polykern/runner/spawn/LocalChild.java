package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A plain process of the JDK. */
record LocalChild(
    Process process,
    @Nullable InputPipe stdin,
    Pipe.@Nullable SourceChannel stdout,
    Pipe.@Nullable SourceChannel stderr)
    implements Child {

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public CompletionStage<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  @Override
  public void signal(Signal signal) {
    int pid = Math.toIntExact(process.pid());
    // Looked up before the signal: the children of a process that is gone are no descendants.
    List<ProcessHandle> descendants =
        process.isAlive() ? process.toHandle().descendants().toList() : List.of();
    boolean grouped = CLibrary.kill(-pid, signal.number()) == 0;
    if (!grouped && process.isAlive()) {
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
