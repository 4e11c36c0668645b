package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts child processes: every process that runs user code comes from here. */
public interface Spawner {

  /**
   * What to start.
   *
   * @param argv program and arguments; the program is an absolute path
   * @param environment the whole environment of the child, nothing is inherited
   * @param directory working directory
   * @param captured whether descriptors 1 and 2 are pipes to the runner; otherwise the runner's own
   */
  record Program(
      List<String> argv, Map<String, String> environment, Path directory, boolean captured) {}

  /**
   * Starts a child with the null device as descriptor 0.
   *
   * @throws IOException if it cannot be started; the message says why
   */
  Child spawn(Program program) throws IOException;
}
