package org.polykern.runner.spawn;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts plain processes of the JDK, where the agent wants no jail. The JDK cannot put a child into
 * a session or a group of its own, so {@code setsid} does, where the image has it: it replaces
 * itself, so the process id stays. Without it signals go to all descendants.
 */
public final class LocalSpawner implements Spawner {
  private static final List<String> SETSID = List.of("/usr/bin/setsid", "/bin/setsid");

  /** The leader of a session gets the first terminal that it opens as the controlling one. */
  private static final List<String> ON_TERMINAL =
      List.of("/bin/sh", "-c", "t=$0; exec \"$@\" <>\"$t\" >&0 2>&0");

  @Override
  public boolean endsWithRunner() {
    return false;
  }

  @Override
  public Child spawn(Program program) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv(program));
    builder.directory(program.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(program.environment());
    ProgramPipes pipes = ProgramPipes.open(program);
    try {
      builder.redirectInput(Redirect.from(new File(pipes.inName())));
      builder.redirectOutput(to(pipes.outName()));
      builder.redirectError(to(pipes.errName()));
      return new LocalChild(builder.start(), pipes.keepOurs());
    } catch (IOException e) {
      pipes.close();
      throw e;
    }
  }

  private static Redirect to(String name) {
    return name.isEmpty() ? Redirect.INHERIT : Redirect.to(new File(name));
  }

  private static List<String> argv(Program program) throws IOException {
    String setsid = program.ownSession() ? setsid() : null;
    String terminal = program.terminal();
    if (setsid == null) {
      if (terminal != null) {
        throw new IOException(
            "Expected the program setsid in the image, without which no terminal can control a"
                + " program that is not jailed, but there is none: install util-linux.");
      }
      return program.argv();
    }
    // It would tell of a missing program with a status, as if that had run.
    program.requireFile();
    List<String> argv = new ArrayList<>(program.argv().size() + ON_TERMINAL.size() + 2);
    argv.add(setsid);
    if (terminal != null) {
      argv.addAll(ON_TERMINAL);
      argv.add(terminal);
    }
    argv.addAll(program.argv());
    return argv;
  }

  private static @Nullable String setsid() {
    for (String candidate : SETSID) {
      if (ProgramFile.is(Path.of(candidate))) {
        return candidate;
      }
    }
    return null;
  }
}
