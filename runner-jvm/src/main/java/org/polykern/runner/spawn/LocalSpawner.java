package org.polykern.runner.spawn;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Starts plain processes of the JDK. A child makes its own process group (the JDK cannot), so until
 * it has, signals go to the process alone.
 */
public final class LocalSpawner implements Spawner {

  private record LocalChild(
      Process process, Pipe.@Nullable SourceChannel stdout, Pipe.@Nullable SourceChannel stderr)
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
      if (!SignalCall.kill(-pid, signal) && process.isAlive()) {
        SignalCall.kill(pid, signal);
      }
    }
  }

  @Override
  public Child spawn(Program program) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(program.argv());
    builder.directory(program.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(program.environment());
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    if (!program.captured()) {
      builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
      return new LocalChild(builder.start(), null, null);
    }
    try (CapturePipe out = CapturePipe.open();
        CapturePipe err = CapturePipe.open()) {
      builder.redirectOutput(Redirect.to(out.sink())).redirectError(Redirect.to(err.sink()));
      return new LocalChild(builder.start(), out.source(), err.source());
    }
  }
}
