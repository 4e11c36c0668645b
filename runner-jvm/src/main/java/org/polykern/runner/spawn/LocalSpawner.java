package org.polykern.runner.spawn;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts plain processes of the JDK. The JDK cannot put a child into a session or a group of its
 * own, so {@code setsid} does, where the image has it: it replaces itself, so the process id stays.
 * Without it signals go to all descendants.
 */
public final class LocalSpawner implements Spawner {
  private static final List<String> SETSID = List.of("/usr/bin/setsid", "/bin/setsid");

  @Override
  public Child spawn(Program program) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv(program));
    builder.directory(program.directory().toFile());
    builder.environment().clear();
    builder.environment().putAll(program.environment());
    List<NamedPipe> pipes = new ArrayList<>();
    try {
      NamedPipe in = program.input() ? open(pipes) : null;
      NamedPipe out = program.captured() ? open(pipes) : null;
      NamedPipe err = program.captured() ? open(pipes) : null;
      builder.redirectInput(Redirect.from(in == null ? new File("/dev/null") : in.source()));
      builder.redirectOutput(out == null ? Redirect.INHERIT : Redirect.to(out.sink()));
      builder.redirectError(err == null ? Redirect.INHERIT : Redirect.to(err.sink()));
      Process process = builder.start();
      return new LocalChild(
          process,
          in == null ? null : input(in),
          out == null ? null : output(out),
          err == null ? null : output(err));
    } catch (IOException e) {
      for (NamedPipe pipe : pipes) {
        pipe.closeSource();
        pipe.closeSink();
      }
      throw e;
    }
  }

  private static NamedPipe open(List<NamedPipe> opened) throws IOException {
    NamedPipe pipe = NamedPipe.open();
    opened.add(pipe);
    return pipe;
  }

  /** The child has the other end now; ours would hide that it closed its own. */
  private static InputPipe input(NamedPipe pipe) throws IOException {
    pipe.closeSource();
    return new InputPipe(pipe.pipe().sink(), pipe.name());
  }

  private static Pipe.SourceChannel output(NamedPipe pipe) throws IOException {
    pipe.closeSink();
    return pipe.pipe().source();
  }

  private static List<String> argv(Program program) throws IOException {
    String setsid = program.ownSession() ? setsid() : null;
    if (setsid == null) {
      return program.argv();
    }
    String executable = program.argv().getFirst();
    if (!Files.isExecutable(Path.of(executable))) {
      throw new IOException("expected a program at " + executable + ", but there is none.");
    }
    List<String> argv = new ArrayList<>(program.argv().size() + 1);
    argv.add(setsid);
    argv.addAll(program.argv());
    return argv;
  }

  private static @Nullable String setsid() {
    for (String candidate : SETSID) {
      if (Files.isExecutable(Path.of(candidate))) {
        return candidate;
      }
    }
    return null;
  }
}
