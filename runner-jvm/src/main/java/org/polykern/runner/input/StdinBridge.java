package org.polykern.runner.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.InputPipe;

/**
 * The standard input of one started program and its descendants. Confined to the loop thread.
 *
 * <pre>
 *   idle --runStarts--> watching --seen twice--> told --input--> watching --runEnds--> idle
 * </pre>
 */
public final class StdinBridge {
  /** The first look comes soon, for programs that ask at once. */
  private static final Duration FIRST_LOOK = Duration.ofMillis(10);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
  private static final int SLICE_BYTES = 64 * 1024;

  /** Told on the loop thread; once, until there was input. */
  public interface Listener {
    /** A process is blocked in reading descriptor 0. */
    void waitingInput(boolean password);
  }

  private final EventLoop loop;
  private final InputPipe pipe;
  private final BlockedReaders readers;
  private final Listener listener;
  private final PromptLine stdout = new PromptLine();
  private final PromptLine stderr = new PromptLine();
  private final ArrayDeque<ByteBuffer> unwritten = new ArrayDeque<>();
  private final SelectionKey key;
  private EventLoop.@Nullable Timer timer;
  private Duration pause = FIRST_LOOK;
  private boolean active;
  private boolean told;
  private boolean seen;
  private boolean closing;

  /**
   * Takes over the writing end.
   *
   * @param pid the program that has the reading end
   */
  public StdinBridge(EventLoop loop, long pid, InputPipe pipe, Listener listener)
      throws IOException {
    this.loop = loop;
    this.pipe = pipe;
    this.readers = new BlockedReaders(pid, pipe.name());
    this.listener = listener;
    this.key = loop.watch(pipe.sink(), 0, this::write);
  }

  /** From now on waiting processes are looked for. */
  public void runStarts() {
    active = true;
    told = false;
    stdout.clear();
    stderr.clear();
    lookSoon();
  }

  /** Nobody is looked for until the next run. */
  public void runEnds() {
    active = false;
    cancel();
  }

  /** Notes what the program printed, for the prompt; a program that prints does not wait. */
  public void output(boolean isStderr, ByteBuffer text) {
    (isStderr ? stderr : stdout).add(text);
    if (active && !told) {
      lookSoon();
    }
  }

  /** The program said itself that it waits: nobody is looked for until there was input. */
  public void toldByProgram() {
    told = true;
    cancel();
  }

  /** Whether somebody was told of a wait that had no input yet. */
  public boolean isTold() {
    return told;
  }

  /** Gives the program a line; the line end is added. */
  public void input(byte[] text) {
    if (closing) {
      return;
    }
    unwritten.add(ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').flip());
    told = false;
    stdout.clear();
    stderr.clear();
    write();
    if (active) {
      lookSoon();
    }
  }

  /** The program was sent a signal: who waited may do something else now, or wait anew. */
  public void signalled() {
    told = false;
    if (active) {
      lookSoon();
    }
  }

  /** The program meets the end of file after what it was given. */
  public void closeInput() {
    closing = true;
    write();
  }

  /** Closes the pipe at once. */
  public void close() {
    runEnds();
    unwritten.clear();
    closing = true;
    closeSink();
  }

  private void lookSoon() {
    seen = false;
    pause = FIRST_LOOK;
    readers.stir();
    // A busy printer would cancel and set a timer for every piece: the one that runs will do.
    if (timer == null) {
      timer = loop.after(pause, this::look);
    }
  }

  private void look() {
    timer = null;
    if (!active || told || closing) {
      return;
    }
    boolean before = seen;
    // Who was given a line does not wait, though on a busy machine it may not have woken yet.
    boolean given = !unwritten.isEmpty() || pipe.hasUnread();
    Waiting waiting = given ? Waiting.NOBODY : readers.look();
    seen = waiting != Waiting.NOBODY;
    if (seen && before) {
      told = true;
      listener.waitingInput(
          waiting == Waiting.FOR_PASSWORD || stdout.asksForPassword() || stderr.asksForPassword());
      return;
    }
    Duration next = seen ? FIRST_LOOK : pause;
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    timer = loop.after(next, this::look);
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void write() {
    try {
      ByteBuffer text;
      while ((text = unwritten.peek()) != null) {
        ByteBuffer slice = text.slice(text.position(), Math.min(text.remaining(), SLICE_BYTES));
        int written = pipe.sink().write(slice);
        text.position(text.position() + written);
        if (!text.hasRemaining()) {
          unwritten.remove();
        } else if (written == 0) {
          break;
        }
      }
    } catch (IOException e) {
      // Nobody has the other end any more: the program closed it or is gone.
      unwritten.clear();
      closing = true;
    }
    if (unwritten.isEmpty() && closing) {
      closeSink();
    } else if (key.isValid()) {
      key.interestOps(unwritten.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    }
  }

  private void closeSink() {
    try {
      pipe.sink().close();
    } catch (IOException e) {
      // Closing a pipe loses nothing, and there is nobody to tell.
    }
  }
}
