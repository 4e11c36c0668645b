package org.polykern.runner.language;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/**
 * The one program of a mode that starts a new one each time, between the run and the listener. What
 * is asked while none runs has no effect. Confined to the loop thread.
 */
public final class StepProcess implements UserProcess.Listener {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final Spawner spawner;
  private final EventLoop loop;
  private final Consumer<String> log;
  private final Language.Listener listener;
  private IntConsumer whenEnded = status -> {};
  private @Nullable UserProcess process;
  private @Nullable Runnable whenStopped;

  public StepProcess(
      Spawner spawner, EventLoop loop, Consumer<String> log, Language.Listener listener) {
    this.spawner = spawner;
    this.loop = loop;
    this.log = log;
    this.listener = listener;
  }

  /**
   * Starts a program; the last one has ended.
   *
   * @param ended takes its exit status, unless it was stopped
   * @throws IOException if it cannot be started; the message says why
   */
  public void start(Spawner.Program program, IntConsumer ended) throws IOException {
    process = UserProcess.start(spawner, program, loop, log, this);
    whenEnded = ended;
  }

  /** Gives the program a line; the line end is added. */
  public void input(byte[] line) {
    if (process != null) {
      process.input(line);
    }
  }

  /** The program meets the end of file after what it was given. */
  public void endInput() {
    if (process != null) {
      process.closeInput();
    }
  }

  /** Sends a signal to everything that the program started. */
  public void signal(Signal signal) {
    if (process != null) {
      process.signal(signal);
    }
  }

  /** Called before every wait: reads on or pauses as the listener has room. */
  public void adjustReading() {
    if (process != null) {
      process.reading(listener.hasRoom());
    }
  }

  /** Ends the program (SIGTERM, after 2 s SIGKILL), then calls {@code done}. */
  public void stop(Runnable done) {
    UserProcess running = process;
    if (running == null) {
      done.run();
      return;
    }
    whenStopped = done;
    running.signal(Signal.TERMINATE);
    loop.after(STOP_LIMIT, () -> running.signal(Signal.KILL));
  }

  @Override
  public void output(boolean isStderr, ByteBuffer text) {
    listener.output(isStderr ? MessageType.STDERR : MessageType.STDOUT, text);
  }

  @Override
  public void waitingInput(boolean password) {
    listener.waitingInput(password);
  }

  @Override
  public void ended(int status) {
    process = null;
    if (whenStopped == null) {
      whenEnded.accept(status);
    } else {
      whenStopped.run();
    }
  }
}
