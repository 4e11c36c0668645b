package org.polykern.runner.loop;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * A selector with timers and posted work. Confined to the thread that calls {@link #run}, but for
 * {@link #post}.
 */
public final class EventLoop {
  private final Selector selector;
  private final Consumer<String> log;
  private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private Runnable beforeWait = () -> {};
  private boolean stopped;

  /**
   * @param log takes one line for every handler that threw
   */
  public EventLoop(Consumer<String> log) throws IOException {
    this.selector = Selector.open();
    this.log = log;
  }

  /** Something to do once after a while; cancelling twice is harmless. */
  public static final class Timer implements Comparable<Timer> {
    private final long at;
    private Runnable work;

    private Timer(long at, Runnable work) {
      this.at = at;
      this.work = work;
    }

    /** The work will not be done, unless it has been. */
    public void cancel() {
      work = () -> {};
    }

    @Override
    public int compareTo(Timer other) {
      return Long.signum(at - other.at);
    }
  }

  /**
   * Calls {@code ready} whenever the channel is ready for one of {@code operations}. The channel is
   * made non-blocking; the caller changes interest through the key, and closes the channel to end.
   */
  public SelectionKey watch(SelectableChannel channel, int operations, Runnable ready)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, operations, ready);
  }

  /** Does {@code work} before every wait, so that no edge-triggered source is left unread. */
  public void beforeWait(Runnable work) {
    beforeWait = work;
  }

  /** Does {@code work} on the loop thread soon; safe from any thread. */
  public void post(Runnable work) {
    posted.add(work);
    selector.wakeup();
  }

  /** Does {@code work} on the loop thread after {@code delay}. */
  public Timer after(Duration delay, Runnable work) {
    Timer timer = new Timer(System.nanoTime() + delay.toNanos(), work);
    timers.add(timer);
    return timer;
  }

  /** Ends {@link #run} once the current handler has returned. */
  public void stop() {
    stopped = true;
  }

  /** Runs until {@link #stop}. */
  public void run() throws IOException {
    while (!stopped) {
      Runnable work;
      while ((work = posted.poll()) != null) {
        guarded(work);
      }
      fireTimers();
      guarded(beforeWait);
      if (!stopped) {
        select();
      }
    }
  }

  private void select() throws IOException {
    Timer next = timers.peek();
    if (next == null) {
      selector.select(this::ready);
      return;
    }
    long millis = Math.ceilDiv(next.at - System.nanoTime(), 1_000_000L);
    if (millis <= 0) {
      selector.selectNow(this::ready);
    } else {
      selector.select(this::ready, millis);
    }
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Runnable handler) {
      guarded(handler);
    }
  }

  private void fireTimers() {
    Timer first;
    while ((first = timers.peek()) != null && first.at - System.nanoTime() <= 0) {
      timers.remove();
      guarded(first.work);
    }
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (CancelledKeyException e) {
      // The channel was closed by an earlier handler of the same round: nothing is left to do.
    } catch (RuntimeException e) {
      log.accept("A handler failed and was skipped: " + e);
    }
  }
}
