package org.polykern.jail.nativelib;

import java.io.IOException;

/**
 * A pseudo-terminal: the end of who shows and types, and the end of programs, as descriptors of
 * this process. It belongs to the user as whom the opening thread acts for files ({@link
 * JailNative#actForFilesAs}), so its programs may use it like any terminal of theirs. Opening it
 * makes it nobody's controlling terminal. Not safe for concurrent use.
 */
public final class TerminalPair implements AutoCloseable {
  static {
    JailNative.load();
  }

  private final int master;
  private final String path;
  private int end;
  private boolean closed;

  private TerminalPair(int[] pair, String path) {
    this.master = pair[0];
    this.end = pair[1];
    this.path = path;
  }

  /**
   * Opens one, of no size yet.
   *
   * @throws IOException with a sentence for people when none can be had, or when programs could not
   *     find it in {@code /dev/pts}
   */
  public static TerminalPair open() throws IOException {
    int[] pair = new int[2];
    String path = open0(pair);
    return new TerminalPair(pair, path);
  }

  /** Where the end of programs can be opened; only while this process or another has it open. */
  public String path() {
    return path;
  }

  /** Gives it a size, each from 1 to 65535; programs get SIGWINCH when that is another. */
  public void resize(int rows, int columns) throws IOException {
    resize0(master, rows, columns);
  }

  /**
   * Makes an open descriptor of this process one more number of the end that shows and types, which
   * never blocks. What it was before is closed; whoever owns it closes it.
   */
  public void replace(int descriptor) throws IOException {
    replace0(master, descriptor);
  }

  /** Lets go of the end of programs: once they have closed it too, reading ends with an error. */
  public void closeEnd() {
    if (end >= 0) {
      close0(end);
      end = -1;
    }
  }

  /** Lets go of both; other numbers stay. A terminal without any gets SIGHUP. */
  @Override
  public void close() {
    closeEnd();
    if (!closed) {
      closed = true;
      close0(master);
    }
  }

  private static native String open0(int[] into) throws IOException;

  private static native void resize0(int master, int rows, int columns) throws IOException;

  private static native void replace0(int master, int descriptor) throws IOException;

  private static native void close0(int descriptor);
}
