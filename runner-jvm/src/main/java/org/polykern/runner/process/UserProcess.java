package org.polykern.runner.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.input.StdinBridge;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.loop.SmallPieces;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.InputPipe;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;
import org.polykern.runner.text.IdleOutput;

/**
 * One program of the user. Confined to the loop thread.
 *
 * <pre>
 *   running --main process exits--> settling --pipes at end or silent--> ended (lingering pipes)
 * </pre>
 */
public final class UserProcess {
  /** A background process that prints less often than this does not keep the run open. */
  private static final Duration GRACE = Duration.ofMillis(100);

  /** One that prints all the time does so no longer than this. */
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(2);

  /** How much is read at once, so that the window is looked at in between. */
  private static final int BUFFER_BYTES = 32 * 1024;

  /** What a pipe can hold; what comes behind it was written after the main process's end. */
  private static final long PIPE_BYTES = 1024L * 1024;

  /** Takes what the program does; called on the loop thread, never from within {@link #start}. */
  public interface Listener {
    /** Valid UTF-8 of at most 64 KiB; the buffer is valid during the call only. */
    void output(boolean isStderr, ByteBuffer text);

    /** A process waits for a line on standard input. */
    void waitingInput(boolean password);

    /** The program has ended and its output was handed over. Called once. */
    void ended(int status);
  }

  private final EventLoop loop;
  private final Listener listener;
  private final Child child;
  private final @Nullable StdinBridge stdin;
  private final SmallPieces pieces = new SmallPieces();
  private final OutputPipe stdout;
  private final OutputPipe stderr;
  private final IdleOutput idleOutput;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private @Nullable Integer status;
  private EventLoop.@Nullable Timer timer;
  private long exitedAt;
  private long lastOutputAt;
  private long bytesSinceExit;
  private boolean reading = true;
  private boolean ended;

  private UserProcess(
      Spawner spawner,
      Spawner.Program program,
      EventLoop loop,
      Consumer<String> log,
      Listener listener)
      throws IOException {
    this.loop = loop;
    this.listener = listener;
    this.idleOutput = new IdleOutput(log);
    this.child = spawner.spawn(program);
    InputPipe input = child.stdin();
    this.stdin =
        input == null ? null : new StdinBridge(loop, child.pid(), input, listener::waitingInput);
    this.stdout = new OutputPipe(loop, child.stdout(), this::ready, text -> output(false, text));
    this.stderr = new OutputPipe(loop, child.stderr(), this::ready, text -> output(true, text));
  }

  /**
   * Starts a program, whose output has to be captured.
   *
   * @param log takes what background processes print after the end
   * @throws IOException if it cannot be started; the message says why
   */
  public static UserProcess start(
      Spawner spawner,
      Spawner.Program program,
      EventLoop loop,
      Consumer<String> log,
      Listener listener)
      throws IOException {
    UserProcess process = new UserProcess(spawner, program, loop, log, listener);
    process.child.exit().thenAccept(status -> loop.post(() -> process.exited(status)));
    if (process.stdin != null) {
      process.stdin.runStarts();
    }
    return process;
  }

  /** The main process's id. */
  public long pid() {
    return child.pid();
  }

  /** Gives the program a line; the line end is added. */
  public void input(byte[] text) {
    if (stdin != null) {
      stdin.input(text);
    }
  }

  /** The program meets the end of file after what it was given. */
  public void closeInput() {
    if (stdin != null) {
      stdin.closeInput();
    }
  }

  /** Sends a signal to everything that the program started, unless it has ended. */
  public void signal(Signal signal) {
    if (!ended) {
      child.signal(signal);
      if (stdin != null) {
        stdin.signalled();
      }
    }
  }

  /** Ends what is left of the program's process group; to be called when it has just ended. */
  public void killRemains() {
    child.signal(Signal.KILL);
  }

  /** Reads on, or leaves the output in the pipes, so that the program waits. */
  public void reading(boolean wanted) {
    if (ended || wanted == reading) {
      return;
    }
    reading = wanted;
    stdout.reading(wanted);
    stderr.reading(wanted);
    if (wanted && status != null) {
      settle();
    }
  }

  /** Hands over what is in both pipes now, wanted or not; they can hold only so much. */
  public void drain() {
    long total = 0;
    for (int n = -1; n != 0 && !ended && total < 2 * PIPE_BYTES; total += n) {
      n = readBoth();
    }
  }

  private void ready() {
    if (reading || ended) {
      pieces.beforeRead();
      pieces.afterRead(readBoth());
      if (status != null && stdout.atEnd() && stderr.atEnd()) {
        settle();
      }
    }
  }

  /** Both, whichever is ready, so that one stream runs ahead of the other by a buffer at most. */
  private int readBoth() {
    int n = stdout.read(buffer) + stderr.read(buffer);
    bytesSinceExit += n;
    return n;
  }

  private void output(boolean isStderr, ByteBuffer text) {
    lastOutputAt = System.nanoTime();
    if (stdin != null) {
      stdin.output(isStderr, text);
    }
    listener.output(isStderr, text);
  }

  private void exited(int exitStatus) {
    status = exitStatus;
    exitedAt = System.nanoTime();
    lastOutputAt = exitedAt;
    bytesSinceExit = 0;
    if (stdin != null) {
      stdin.runEnds();
    }
    settle();
  }

  /** Ends now, or looks again when the grace period is over. */
  private void settle() {
    Integer exitStatus = status;
    if (ended || !reading || exitStatus == null) {
      return;
    }
    boolean drained = readBoth() == 0;
    if (drained && stdout.atEnd() && stderr.atEnd()) {
      end(exitStatus);
      return;
    }
    long now = System.nanoTime();
    boolean silent = drained && now - lastOutputAt >= GRACE.toNanos();
    boolean tooLong =
        now - exitedAt >= LONGEST_GRACE.toNanos() && (drained || bytesSinceExit > 2 * PIPE_BYTES);
    if (silent || tooLong) {
      end(exitStatus);
    } else {
      if (timer != null) {
        timer.cancel();
      }
      timer = loop.after(GRACE, this::settle);
    }
  }

  private void end(int exitStatus) {
    ended = true;
    stdout.flush();
    stderr.flush();
    if (stdin != null) {
      stdin.close();
    }
    stdout.handTo(this::background);
    stderr.handTo(this::background);
    listener.ended(exitStatus);
  }

  private void background(ByteBuffer text) {
    idleOutput.add(text);
    if (idleOutput.full()) {
      stdout.reading(false);
      stderr.reading(false);
    }
  }
}
