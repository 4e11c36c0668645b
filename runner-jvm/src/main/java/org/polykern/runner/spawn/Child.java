package org.polykern.runner.spawn;

import java.nio.channels.Pipe;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A started process. */
public interface Child {

  /** Its process id, which is also its process group's once the child has made one. */
  long pid();

  /**
   * The writing end of descriptor 0, or null when that is the null device. The holder closes it.
   */
  @Nullable InputPipe stdin();

  /** The reading end of descriptor 1, or null when it is not captured. The holder closes it. */
  Pipe.@Nullable SourceChannel stdout();

  /** The reading end of descriptor 2, or null when it is not captured. The holder closes it. */
  Pipe.@Nullable SourceChannel stderr();

  /** Completes (on any thread) with the exit status; 128 + N after signal N. */
  CompletionStage<Integer> exit();

  /**
   * Sends a signal to the child's process group; to the child and its descendants while it has no
   * group. All but {@link Signal#INTERRUPT} also reach descendants that have left the group.
   */
  void signal(Signal signal);
}
