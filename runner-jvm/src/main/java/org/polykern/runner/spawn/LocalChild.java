package org.polykern.runner.spawn;

import java.nio.channels.Pipe;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A plain process of the JDK. */
record LocalChild(Process process, ProgramPipes.Ends ends) implements Child {

  @Override
  public long pid() {
    return process.pid();
  }

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
  public CompletionStage<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  @Override
  public void signal(Signal signal) {
    GroupSignal.send(process.toHandle(), signal);
  }
}
