package org.polykern.runner.language;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;

/**
 * The life of an interpreter that keeps its variables: it is started ahead of the first run, and
 * replaced when it dies.
 *
 * <pre>
 *   none --launch--> starting --becameReady--> ready --run--> active --end--> ready
 *     ^                  |                       |               |
 *     +------ended-------+-----------------------+---------------+
 * </pre>
 *
 * <p>A run that comes while the interpreter starts waits for it. Confined to the loop thread.
 *
 * @param <P> a started interpreter
 */
public abstract class InterpreterLanguage<P> implements Language {
  private static final int COMMAND_NOT_FOUND = 127;
  private static final int INTERRUPTED = 130;
  private static final int SIGNALLED = 128;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  protected final EventLoop loop;
  protected final Consumer<String> log;
  protected final Listener listener;
  protected final RunText text;
  protected final PendingCompletions completions;
  private final String name;
  private final Duration readyLimit;
  private @Nullable P process;
  private EventLoop.@Nullable Timer notReadyTimer;
  private byte @Nullable [] waitingSource;
  private boolean ready;

  /** A run was taken and has not ended. */
  private boolean active;

  /** A run was given to this process, which hence may hold variables. */
  private boolean used;

  /** What became of an interpreter that died between two runs; the next run is told. */
  private @Nullable String untold;

  private @Nullable Runnable whenStopped;

  /**
   * An interpreter that was not started yet.
   *
   * @param name begins sentences: {@code The Lua interpreter}
   * @param readyLimit one that takes longer to become ready is ended
   */
  protected InterpreterLanguage(
      String name, Duration readyLimit, EventLoop loop, Consumer<String> log, Listener listener) {
    this.name = name;
    this.readyLimit = readyLimit;
    this.loop = loop;
    this.log = log;
    this.listener = listener;
    this.text = new RunText(listener, log);
    this.completions = new PendingCompletions(loop, listener);
  }

  /**
   * Starts a process, which tells {@link #becameReady} once and {@link #ended} once.
   *
   * @throws IOException if it cannot be started; the message says why
   */
  protected abstract P launch() throws IOException;

  /** Executes a snippet, and then calls {@link #end}. */
  protected abstract void execute(P running, byte[] source);

  /** Sends a signal to the process and everything that it started. */
  protected abstract void signal(P running, Signal signal);

  /** The process, from its start to its end, or null. */
  protected final @Nullable P process() {
    return process;
  }

  /** Whether the process takes runs. */
  protected final boolean isReady() {
    return ready;
  }

  /** Whether a run was taken and has not ended. */
  protected final boolean isActive() {
    return active;
  }

  @Override
  public final void start() {
    String failure = tryLaunch();
    if (failure != null) {
      log.accept(failure);
    }
  }

  @Override
  public final void run(byte[] source) {
    String failure = process == null ? tryLaunch() : null;
    if (failure != null) {
      text.say(failure);
      listener.finished(COMMAND_NOT_FOUND);
      return;
    }
    active = true;
    waitingSource = source;
    if (ready) {
      executeWaiting();
    }
  }

  @Override
  public final void interrupt(Signal signal) {
    if (waitingSource != null) {
      // The interpreter is still starting and has nothing of this run.
      waitingSource = null;
      end(INTERRUPTED);
    } else if (process != null && active) {
      signal(process, signal);
    }
  }

  @Override
  public final void stop(Runnable done) {
    whenStopped = done;
    P running = process;
    if (running == null) {
      done.run();
      return;
    }
    signal(running, Signal.TERMINATE);
    loop.after(STOP_LIMIT, () -> signal(running, Signal.KILL));
  }

  /** The process takes runs from now on. */
  protected final void becameReady() {
    if (ready || process == null) {
      return;
    }
    ready = true;
    cancelTimer();
    // Not from here: the rest of what was read with the news belongs to no run.
    loop.post(this::executeWaiting);
  }

  /** The active run is over and all of its output was handed over. */
  protected void end(int exitCode) {
    text.end();
    active = false;
    listener.finished(exitCode);
  }

  /** The process is gone and everything that it wrote was handed over. */
  protected void ended(int status) {
    boolean wasReady = ready;
    process = null;
    ready = false;
    waitingSource = null;
    cancelTimer();
    completions.abandon();
    if (whenStopped != null) {
      whenStopped.run();
      return;
    }
    String end =
        name
            + " ended "
            + (status > SIGNALLED ? "by signal " + (status - SIGNALLED) : "with status " + status);
    if (!active) {
      log.accept(end + " while it was idle.");
      untold = used ? end + " between two runs; its variables are lost." : null;
    } else if (wasReady) {
      text.say(end + "; its variables are lost, and a new one starts with the next run.");
      end(status);
      start();
    } else {
      text.say(end + " before it was ready to run code.");
      text.sayEarly();
      end(COMMAND_NOT_FOUND);
    }
  }

  private @Nullable String tryLaunch() {
    try {
      text.newProcess();
      used = false;
      P started = launch();
      process = started;
      notReadyTimer = loop.after(readyLimit, () -> notReady(started));
      return null;
    } catch (IOException e) {
      return name + " could not be started: " + e.getMessage();
    }
  }

  private void notReady(P started) {
    String sentence = name + " was not ready within " + readyLimit.toSeconds() + " s and is ended.";
    log.accept(sentence);
    if (active) {
      text.say(sentence);
    }
    signal(started, Signal.KILL);
  }

  private void executeWaiting() {
    byte[] source = waitingSource;
    P running = process;
    if (source == null || running == null || !ready) {
      return;
    }
    waitingSource = null;
    used = true;
    if (untold != null) {
      text.say(untold);
      untold = null;
    }
    execute(running, source);
  }

  private void cancelTimer() {
    if (notReadyTimer != null) {
      notReadyTimer.cancel();
      notReadyTimer = null;
    }
  }
}
