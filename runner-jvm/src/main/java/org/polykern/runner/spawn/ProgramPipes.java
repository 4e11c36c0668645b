package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.channels.Pipe;
import org.jspecify.annotations.Nullable;

/** The pipes of one program, while it is being started and this process still has both ends. */
final class ProgramPipes {
  private final @Nullable NamedPipe in;
  private final @Nullable NamedPipe out;
  private final @Nullable NamedPipe err;

  private ProgramPipes(@Nullable NamedPipe in, @Nullable NamedPipe out, @Nullable NamedPipe err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Opens those that {@code program} has. */
  static ProgramPipes open(Spawner.Program program) throws IOException {
    NamedPipe in = program.input() ? NamedPipe.open() : null;
    NamedPipe out = null;
    try {
      out = program.captured() ? NamedPipe.open() : null;
      NamedPipe err = program.captured() ? NamedPipe.open() : null;
      return new ProgramPipes(in, out, err);
    } catch (IOException e) {
      close(in);
      close(out);
      throw e;
    }
  }

  /** A file name that opens descriptor 0. */
  String inName() {
    return in == null ? "/dev/null" : in.source().getPath();
  }

  /** A file name that opens descriptor 1; empty = this process's own. */
  String outName() {
    return out == null ? "" : out.sink().getPath();
  }

  /** A file name that opens descriptor 2; empty = this process's own. */
  String errName() {
    return err == null ? "" : err.sink().getPath();
  }

  /**
   * Our ends after the start: the program has the others now, and ours would hide their closing.
   */
  Ends keepOurs() throws IOException {
    if (in != null) {
      in.closeSource();
    }
    return new Ends(
        in == null ? null : new InputPipe(in.pipe().sink(), in.sinkDescriptor(), in.name()),
        source(out),
        source(err));
  }

  /** Closes everything; nothing was started. */
  void close() throws IOException {
    close(in);
    close(out);
    close(err);
  }

  /** What stays open here. */
  record Ends(
      @Nullable InputPipe stdin,
      Pipe.@Nullable SourceChannel stdout,
      Pipe.@Nullable SourceChannel stderr) {}

  private static Pipe.@Nullable SourceChannel source(@Nullable NamedPipe pipe) throws IOException {
    if (pipe == null) {
      return null;
    }
    pipe.closeSink();
    return pipe.pipe().source();
  }

  private static void close(@Nullable NamedPipe pipe) throws IOException {
    if (pipe != null) {
      pipe.closeSource();
      pipe.closeSink();
    }
  }
}
