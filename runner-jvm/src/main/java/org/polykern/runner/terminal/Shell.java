package org.polykern.runner.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.ProgramFile;
import org.polykern.runner.spawn.ProgramTerminal;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * One shell in a pseudo-terminal of its own, from its start to its end. Confined to the loop
 * thread.
 */
final class Shell {
  private static final List<String> SHELLS = List.of("/bin/bash", "/usr/bin/bash");
  private static final Duration HANG_UP_PATIENCE = Duration.ofSeconds(2);

  /** A terminal without programs may get one again, by its name. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  /** What a terminal can hold after its shell's end; a background process may go on for ever. */
  private static final int MOST_AFTER_END = 256 * 1024;

  interface Listener {
    /** To be filled from its position on, where it has room. */
    ByteBuffer room();

    /** There is more in the room. */
    void output();

    /** Something can be typed again. */
    void writable();

    /** Called once, after the last output. */
    void ended(int status, long lifeNanos);
  }

  private final EventLoop loop;
  private final Listener listener;
  private final ProgramTerminal terminal;
  private final Child child;
  private final SelectionKey output;
  private final SelectionKey input;
  private final long started = System.nanoTime();
  private @Nullable Integer status;
  private int sinceEnd;
  private boolean reading = true;
  private boolean hungUp;
  private boolean over;

  private Shell(
      Terminals.Programs settings, ProgramTerminal terminal, Child child, Listener listener)
      throws IOException {
    this.loop = settings.loop();
    this.listener = listener;
    this.terminal = terminal;
    this.child = child;
    this.output = loop.watch(terminal.output(), SelectionKey.OP_READ, this::read);
    this.input = loop.watch(terminal.input(), 0, this::writable);
  }

  /**
   * Starts one.
   *
   * @throws IOException with a sentence for people when it cannot be started
   */
  static Shell start(Terminals.Programs settings, int rows, int columns, Listener listener)
      throws IOException {
    ProgramTerminal terminal = ProgramTerminal.open(rows, columns);
    try {
      Map<String, String> environment = new HashMap<>(settings.environment());
      environment.put("TERM", "xterm-256color");
      Child child =
          settings
              .spawner()
              .spawn(
                  Spawner.Program.inTerminal(
                      List.of(program()), environment, settings.directory(), terminal.path()));
      Shell shell = new Shell(settings, terminal, child, listener);
      child.exit().thenAccept(status -> settings.loop().post(() -> shell.exited(status)));
      return shell;
    } catch (IOException e) {
      terminal.close();
      throw e;
    }
  }

  private static String program() {
    for (String shell : SHELLS) {
      if (ProgramFile.is(Path.of(shell))) {
        return shell;
      }
    }
    return "/bin/sh";
  }

  /** Reads on, or leaves what is written where it is, so that programs wait. */
  void reading(boolean wanted) {
    if (wanted != reading) {
      reading = wanted;
      interest();
      if (wanted && status != null) {
        loop.post(this::read);
      }
    }
  }

  /** Types as much as the terminal takes; false if something remains. */
  boolean type(ByteBuffer bytes) {
    try {
      terminal.input().write(bytes);
    } catch (IOException e) {
      bytes.position(bytes.limit()); // There is nobody to read it.
    }
    if (bytes.hasRemaining()) {
      input.interestOps(SelectionKey.OP_WRITE);
    }
    return !bytes.hasRemaining();
  }

  void resize(int rows, int columns) {
    try {
      terminal.resize(rows, columns);
    } catch (IOException e) {
      // Its shell has ended; the next one gets the size.
    }
  }

  /** Ends it and what it started; nothing is told any more. */
  void close() {
    if (!over) {
      over = true;
      terminal.close();
      loop.after(
          HANG_UP_PATIENCE,
          () -> {
            if (status == null) {
              child.signal(Signal.KILL);
            }
          });
    }
  }

  private void interest() {
    output.interestOps(reading && !hungUp ? SelectionKey.OP_READ : 0);
  }

  private void writable() {
    input.interestOps(0);
    listener.writable();
  }

  /** One turn. */
  private void read() {
    if (over || !reading) {
      return;
    }
    int n;
    try {
      // One piece a turn: a program that writes much takes the processor whenever there is room
      // again, and the keys of other terminals would wait that long for every piece.
      n = terminal.output().read(listener.room());
    } catch (IOException e) {
      n = -1; // What Linux says when no program has the terminal open.
    }
    hungUp = n < 0;
    if (n > 0) {
      terminal.started(); // Who writes has it open; a plain process opens it by itself.
      listener.output();
    }
    sinceEnd += status == null ? 0 : Math.max(n, 0);
    if (status != null && (n <= 0 || sinceEnd > MOST_AFTER_END)) {
      end(status);
    } else if (status != null) {
      loop.post(this::read);
    } else if (hungUp) {
      interest();
      loop.after(BETWEEN_LOOKS, this::lookAgain);
    }
  }

  private void lookAgain() {
    if (!over && status == null) {
      hungUp = false;
      interest();
      read();
    }
  }

  private void exited(int exitStatus) {
    status = exitStatus;
    terminal.started();
    read();
  }

  private void end(int exitStatus) {
    if (!over) {
      over = true;
      terminal.close();
      listener.ended(exitStatus, System.nanoTime() - started);
    }
  }
}
