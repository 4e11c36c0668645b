package org.polykern.runner.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.terminal.screen.Screen;

/**
 * A terminal with a name: one shell after the other, what it shows, and who sees it. Confined to
 * the loop thread.
 *
 * <p>Nobody answers what programs ask of a terminal while there are viewers, for theirs do; without
 * any the screen does, so that no program waits for ever.
 */
final class Terminal {
  private static final int MAX_VIEWERS = 32;
  private static final int MAX_ROWS = 500;
  private static final int MAX_COLUMNS = 1000;

  /** Two screens of 16 terminals have to find room in the runner's memory. */
  private static final int MAX_CELLS = 40_000;

  private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();

  /** How long somebody who does not read holds up those who do. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Terminals.Programs settings;
  private final EventLoop loop;
  private final Room room = new Room(System.nanoTime());
  private final Screen screen;
  private final CopyOnWriteArrayList<Viewer> viewers = new CopyOnWriteArrayList<>();
  private final Shell.Listener ofShell = new OfShell();
  private final Viewer.Listener ofViewers = new OfViewers();
  private @Nullable Shell shell;
  private int rows;
  private int columns;
  private long unwatchedSince = System.nanoTime();
  private boolean losingPatience;
  private boolean waiting; // for what is in the room to be shown
  private boolean closed;

  private Terminal(Terminals.Programs settings, int rows, int columns) {
    this.settings = settings;
    this.loop = settings.loop();
    this.columns = Math.clamp(columns, 1, MAX_COLUMNS);
    this.rows = Math.clamp(rows, 1, mostRows(this.columns));
    this.screen = new Screen(this.rows, this.columns);
    screen.answers(this::answer);
  }

  /**
   * Opens one and starts its shell.
   *
   * @throws IOException with a sentence for people when the shell cannot be started
   */
  static Terminal open(Terminals.Programs settings, int rows, int columns) throws IOException {
    Terminal terminal = new Terminal(settings, rows, columns);
    terminal.startShell();
    return terminal;
  }

  /** For how long nobody has seen it; negative while somebody does. */
  long unwatchedNanos(long now) {
    return viewers.isEmpty() ? now - unwatchedSince : -1;
  }

  /** One more viewer. */
  void view(SocketChannel channel) {
    if (closed || viewers.size() >= MAX_VIEWERS) {
      Streams.close(channel);
      return;
    }
    try {
      Viewer viewer = new Viewer(channel, loop, ofViewers);
      viewers.add(viewer);
      screen.answers(null);
      draw(viewer);
    } catch (IOException e) {
      Streams.close(channel); // It is gone already.
    }
  }

  /** Ends the shell and tells everybody. */
  void close(String sentence) {
    if (closed) {
      return;
    }
    show();
    closed = true;
    if (shell != null) {
      shell.close();
    }
    for (Viewer viewer : viewers) {
      viewer.end(Frame.ended(sentence));
    }
  }

  private static int mostRows(int columns) {
    return Math.min(MAX_ROWS, MAX_CELLS / columns);
  }

  private void startShell() throws IOException {
    shell = Shell.start(settings, rows, columns, ofShell);
    pace();
  }

  private void draw(Viewer viewer) {
    viewer.screen(Frame.size(rows, columns), Frame.of(Frame.SCREEN, screen.snapshot()));
  }

  private void answer(byte[] bytes) {
    if (shell != null) {
      shell.type(ByteBuffer.wrap(bytes));
    }
  }

  /** Shows what is in the room now, or soon. */
  private void output() {
    if (room.isDue(System.nanoTime())) {
      show();
    } else if (!waiting) {
      waiting = true;
      loop.after(
          Room.LONGEST_WAIT,
          () -> {
            waiting = false;
            show();
          });
    }
  }

  private void show() {
    if (room.isEmpty() || closed) {
      return;
    }
    ByteBuffer frame = room.frame();
    for (Viewer viewer : viewers) {
      viewer.show(frame);
    }
    int start = frame.arrayOffset();
    screen.feed(frame.array(), start + Frame.HEADER, start + frame.limit());
    room.clear();
    pace();
  }

  private void say(String text) {
    show();
    room.bytes().put(text.getBytes(StandardCharsets.UTF_8));
    show();
  }

  /** Whether programs may write on: when nobody is behind, or nobody who is waited for. */
  private void pace() {
    boolean behind = false;
    boolean flowing = false;
    for (Viewer viewer : viewers) {
      behind |= viewer.state() == Viewer.State.BEHIND;
      flowing |= viewer.state() == Viewer.State.FLOWING;
    }
    if (shell != null) {
      shell.reading(!behind);
    }
    if (behind && flowing && !losingPatience) {
      losingPatience = true;
      loop.after(PATIENCE, this::passOver);
    }
  }

  private void passOver() {
    losingPatience = false;
    boolean flowing = viewers.stream().anyMatch(viewer -> viewer.state() == Viewer.State.FLOWING);
    long now = System.nanoTime();
    for (Viewer viewer : viewers) {
      if (flowing
          && viewer.state() == Viewer.State.BEHIND
          && now - viewer.behindSince() >= PATIENCE.toNanos()) {
        viewer.skip();
      }
    }
    pace();
  }

  /** What a shell does. */
  private final class OfShell implements Shell.Listener {
    @Override
    public ByteBuffer room() {
      return room.bytes();
    }

    @Override
    public void output() {
      Terminal.this.output();
    }

    @Override
    public void writable() {
      viewers.forEach(Viewer::resume);
    }

    @Override
    public void ended(int status, long lifeNanos) {
      shell = null;
      show();
      if (lifeNanos >= QUICK_NANOS) {
        restart();
      } else {
        say(
            "\r\nThe shell ended at once, with status "
                + status
                + ". Press a key to start another.\r\n");
      }
      viewers.forEach(Viewer::resume);
    }
  }

  private void restart() {
    if (!screen.isPlain()) {
      say(Screen.MAKE_PLAIN); // What ended with the shell cannot tidy up any more.
    }
    say("Restarting...\r\n");
    try {
      startShell();
    } catch (IOException e) {
      say(e.getMessage() + "\r\nPress a key to try again.\r\n");
    }
  }

  /** What viewers do. */
  private final class OfViewers implements Viewer.Listener {
    @Override
    public boolean typed(ByteBuffer bytes) {
      if (shell != null) {
        return shell.type(bytes);
      }
      if (bytes.hasRemaining() && !closed) {
        restart();
      }
      bytes.position(bytes.limit());
      return true;
    }

    @Override
    public void resized(Viewer by, int newRows, int newColumns) {
      int toColumns = Math.clamp(newColumns, 1, MAX_COLUMNS);
      int toRows = Math.clamp(newRows, 1, mostRows(toColumns));
      if (toRows == rows && toColumns == columns) {
        return;
      }
      show();
      rows = toRows;
      columns = toColumns;
      screen.resize(rows, columns);
      if (shell != null) {
        shell.resize(rows, columns);
      }
      boolean asWanted = rows == newRows && columns == newColumns;
      for (Viewer viewer : viewers) {
        if (viewer != by || !asWanted) {
          viewer.show(Frame.size(rows, columns));
        }
      }
    }

    @Override
    public void drained() {
      for (Viewer viewer : viewers) {
        if (viewer.state() == Viewer.State.SKIPPED && viewer.isEmpty()) {
          draw(viewer);
        }
      }
      pace();
    }

    @Override
    public void gone(Viewer viewer) {
      viewers.remove(viewer);
      if (viewers.isEmpty()) {
        unwatchedSince = System.nanoTime();
        screen.answers(Terminal.this::answer);
      }
      pace();
    }
  }
}
