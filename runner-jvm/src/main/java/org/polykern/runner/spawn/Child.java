package org.polykern.runner.spawn;

import java.nio.channels.Pipe;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A started process. */
public interface Child {

  /** Its process id, which is also its process group's once the child has made one. */
  long pid();

  /** The reading end of descriptor 1, or null when it is not captured. The holder closes it. */
  Pipe.@Nullable SourceChannel stdout();

  /** The reading end of descriptor 2, or null when it is not captured. The holder closes it. */
  Pipe.@Nullable SourceChannel stderr();

  /** Completes (on any thread) with the exit status; 128 + N after signal N. */
  CompletionStage<Integer> exit();

  /** Sends a signal to the child's process group, or to the child alone while it has no group. */
  void signal(Signal signal);
}
