package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts child processes: every process that runs user code comes from here. */
public interface Spawner {

  /** Whether what it starts ends with the runner, however that ends, and need not watch for it. */
  boolean endsWithRunner();

  /**
   * What to start.
   *
   * @param argv program and arguments; the program is an absolute path
   * @param environment the whole environment of the child, nothing is inherited
   * @param directory working directory
   * @param captured whether descriptors 1 and 2 are pipes to the runner; otherwise the runner's own
   * @param input whether descriptor 0 is a pipe from the runner; otherwise the null device
   * @param ownSession whether the child gets a session and process group of its own, as far as the
   *     image has the means; a child that makes its own does not need it, and the jail always makes
   *     one
   * @param terminal path of the terminal that is descriptors 0 to 2 and controls the child, which
   *     then has a session of its own; null = none
   */
  record Program(
      List<String> argv,
      Map<String, String> environment,
      Path directory,
      boolean captured,
      boolean input,
      boolean ownSession,
      @Nullable String terminal) {

    /** A program that reads the null device and stays in the runner's session. */
    public Program(
        List<String> argv, Map<String, String> environment, Path directory, boolean captured) {
      this(argv, environment, directory, captured, false, false, null);
    }

    /** The same with a pipe as descriptor 0. */
    public Program withInput() {
      return new Program(argv, environment, directory, captured, true, ownSession, terminal);
    }

    /** The same in a session of its own. */
    public Program inOwnSession() {
      return new Program(argv, environment, directory, captured, input, true, terminal);
    }

    /** A program that is controlled by a terminal. */
    public static Program inTerminal(
        List<String> argv, Map<String, String> environment, Path directory, String terminal) {
      return new Program(argv, environment, directory, false, false, true, terminal);
    }

    /** Fails with a sentence for people when the program's file is not there. */
    void requireFile() throws IOException {
      String executable = argv.getFirst();
      if (!ProgramFile.is(Path.of(executable))) {
        throw new IOException("expected a program at " + executable + ", but there is none.");
      }
    }
  }

  /**
   * Starts a child.
   *
   * @throws IOException if it cannot be started; the message says why
   */
  Child spawn(Program program) throws IOException;
}
