package org.polykern.jail.nativelib;

import java.io.IOException;

/**
 * A terminal for a program that runs in a session of its own, as every jailed program does: it
 * cannot have the terminal of the one who started it. What is typed here goes there, and what is
 * written there is shown here. The terminal of this process's standard input is raw meanwhile, so
 * that Ctrl-C and its like reach the program and not this process.
 */
public final class PseudoTerminal implements AutoCloseable {
  /** For {@link #open}: the owner stays this process's user. */
  public static final int SAME_OWNER = -1;

  static {
    JailNative.load();
  }

  private final int master;
  private final String path;
  private final byte[] before;
  private final Thread relay;
  private int end;

  private PseudoTerminal(int[] pair, String path, byte[] before) {
    this.master = pair[0];
    this.end = pair[1];
    this.path = path;
    this.before = before;
    this.relay = Thread.ofPlatform().daemon().name("jail-terminal").unstarted(() -> relay0(master));
  }

  /** Whether a descriptor of this process is a terminal. */
  public static boolean isTerminal(int descriptor) {
    return isTerminal0(descriptor);
  }

  /** Whether this process may read from the terminal of its standard input. */
  public static boolean isForeground() {
    return isForeground0();
  }

  /**
   * Opens one like standard input's terminal, and begins to pass on.
   *
   * @param owner whose it is, which only root may choose; or {@link #SAME_OWNER}
   * @throws IOException when standard input is no terminal or no other can be had
   */
  public static PseudoTerminal open(int owner) throws IOException {
    int[] pair = open0(owner);
    try {
      PseudoTerminal terminal = new PseudoTerminal(pair, name0(pair[0]), raw0());
      terminal.relay.start();
      return terminal;
    } catch (IOException e) {
      close0(pair[0]);
      close0(pair[1]);
      throw e;
    }
  }

  /** Where the program's end can be opened. */
  public String path() {
    return path;
  }

  /** As large as standard input's terminal is now; its programs get SIGWINCH. */
  public void resize() {
    resize0(master);
  }

  /** Shows what programs have written, which must have ended, and restores the own terminal. */
  @Override
  public void close() {
    if (end < 0) {
      return;
    }
    close0(end);
    end = -1;
    try {
      relay.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    restore0(before);
    if (!relay.isAlive()) {
      close0(master);
    }
  }

  private static native boolean isTerminal0(int descriptor);

  private static native boolean isForeground0();

  private static native int[] open0(int owner) throws IOException;

  private static native String name0(int master) throws IOException;

  private static native byte[] raw0() throws IOException;

  private static native void restore0(byte[] before);

  private static native void resize0(int master);

  private static native void relay0(int master);

  private static native void close0(int descriptor);
}
