package org.polykern.runner.spawn;

import java.nio.channels.Pipe;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A program in a jail, where it leads a session and a group from its first instruction on. */
record JailedChild(long pid, ProgramPipes.Ends ends, CompletableFuture<Integer> exit)
    implements Child {

  @Override
  public @Nullable InputPipe stdin() {
    return ends.stdin();
  }

  @Override
  public Pipe.@Nullable SourceChannel stdout() {
    return ends.stdout();
  }

  @Override
  public Pipe.@Nullable SourceChannel stderr() {
    return ends.stderr();
  }

  @Override
  public void signal(Signal signal) {
    // After the end nothing of it is left, and its number may be another's.
    if (!exit.isDone()) {
      ProcessHandle.of(pid).ifPresent(process -> GroupSignal.send(process, signal));
    }
  }
}
