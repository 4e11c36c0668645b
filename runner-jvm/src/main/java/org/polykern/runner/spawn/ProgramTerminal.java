package org.polykern.runner.spawn;

import java.io.IOException;
import java.nio.channels.Pipe;
import org.polykern.jail.nativelib.TerminalPair;

/**
 * A pseudo-terminal of one program, whose other end is selectable here. The JDK selects only
 * channels that it made itself, so two channels of its pipes are made and their descriptors then
 * replaced by the terminal's: reading, writing, selecting and closing are the same calls for both.
 *
 * <p>To be opened by the thread that starts the program: whose terminal it is, goes by the user as
 * whom that thread acts for files. Reading fails once no program has the terminal open.
 */
public final class ProgramTerminal implements AutoCloseable {
  private final TerminalPair pair;
  private final Pipe.SourceChannel output;
  private final Pipe.SinkChannel input;

  private ProgramTerminal(TerminalPair pair, Pipe.SourceChannel output, Pipe.SinkChannel input) {
    this.pair = pair;
    this.output = output;
    this.input = input;
  }

  /**
   * Opens one.
   *
   * @throws IOException with a sentence for people when none can be had
   */
  public static ProgramTerminal open(int rows, int columns) throws IOException {
    JailSpawner.nameLibrary();
    NamedPipe pipe = NamedPipe.open();
    try {
      TerminalPair pair = TerminalPair.open();
      try {
        pair.resize(rows, columns);
        pair.replace(Integer.parseInt(pipe.source().getName()));
        pair.replace(Integer.parseInt(pipe.sink().getName()));
        return new ProgramTerminal(pair, pipe.pipe().source(), pipe.pipe().sink());
      } catch (IOException e) {
        pair.close();
        throw e;
      }
    } catch (IOException e) {
      pipe.closeSource();
      pipe.closeSink();
      throw e;
    }
  }

  /** Where the program finds it. */
  public String path() {
    return pair.path();
  }

  /** What the program writes. */
  public Pipe.SourceChannel output() {
    return output;
  }

  /** What somebody types. */
  public Pipe.SinkChannel input() {
    return input;
  }

  /** Gives it another size; its programs get SIGWINCH. */
  public void resize(int rows, int columns) throws IOException {
    pair.resize(rows, columns);
  }

  /** To be called when the program has it open, or will never; again is harmless. */
  public void started() {
    pair.closeEnd();
  }

  /** Hangs up: the program's session gets SIGHUP. */
  @Override
  public void close() {
    pair.close();
    try {
      output.close();
      input.close();
    } catch (IOException e) {
      // Nobody waits for anything of it any more.
    }
  }
}
