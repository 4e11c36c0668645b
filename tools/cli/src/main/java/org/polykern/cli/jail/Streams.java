package org.polykern.cli.jail;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.nativelib.PseudoTerminal;

/**
 * Where a jailed program reads and writes: this process's own streams, but a terminal of its own
 * where a person sits at this one, because a session other than the terminal's cannot control it.
 */
final class Streams implements AutoCloseable {
  private final @Nullable PseudoTerminal terminal;
  private final String stdin;

  private Streams(@Nullable PseudoTerminal terminal, String stdin) {
    this.terminal = terminal;
    this.stdin = stdin;
  }

  /**
   * Looks at this process's descriptors.
   *
   * @param owner the program's user, empty for this process's
   */
  static Streams open(Optional<Integer> owner) throws IOException {
    if (!PseudoTerminal.isTerminal(0)) {
      return new Streams(null, "");
    }
    if (!PseudoTerminal.isForeground()) {
      // In the background nothing may be read from the terminal, and no shell could stop the
      // program when it tries.
      return new Streams(null, "/dev/null");
    }
    PseudoTerminal terminal = PseudoTerminal.open(owner.orElse(PseudoTerminal.SAME_OWNER));
    return new Streams(terminal, terminal.path());
  }

  /** Whether the program gets a terminal of its own, as its standard input. */
  boolean owned() {
    return terminal != null;
  }

  String stdin() {
    return stdin;
  }

  String stdout() {
    return ofTerminal(1);
  }

  String stderr() {
    return ofTerminal(2);
  }

  void resize() {
    if (terminal != null) {
      terminal.resize();
    }
  }

  private String ofTerminal(int descriptor) {
    return terminal != null && PseudoTerminal.isTerminal(descriptor) ? terminal.path() : "";
  }

  @Override
  public void close() {
    if (terminal != null) {
      terminal.close();
    }
  }
}
