package org.polykern.accel.host;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One plug-in's thread. A call that misses its deadline is left behind; until it returns, every
 * further one is refused at once, so the plug-in never sees two calls at a time. Used by one caller
 * at a time: guarded by its host.
 */
final class Guard implements AutoCloseable {
  private final String name;
  private final ExecutorService thread;
  private @Nullable Attempt last;

  Guard(String name) {
    this.name = name;
    // A platform thread: native calls would hold on to the carrier of a virtual one.
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("accel-" + name).factory());
  }

  /** One call, which may outlive our wait for it. */
  private static final class Attempt {
    private final String what;
    private volatile boolean finished;

    Attempt(String what) {
      this.what = what;
    }
  }

  /**
   * Makes the call and waits for its answer.
   *
   * @throws PluginFailure when it throws, is late, or an earlier one has not returned yet
   */
  <T> T call(String what, Duration deadline, Callable<T> call) throws PluginFailure {
    var before = last;
    if (before != null && !before.finished) {
      throw new PluginFailure(
          "Expected plug-in "
              + name
              + " to return from "
              + before.what
              + ", but it hangs; its devices are not handed out until it does.");
    }
    var attempt = new Attempt(what);
    last = attempt;
    var answer =
        thread.submit(() -> {
          try {
            return call.call();
          } finally {
            attempt.finished = true;
          }
        });
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new PluginFailure(
          "Expected plug-in "
              + name
              + " to answer "
              + what
              + " within "
              + deadline.toMillis()
              + " ms, but it did not.",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PluginFailure failure) {
        throw failure;
      }
      throw failed(what, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw failed(what, e);
    }
  }

  /** Lets the thread end as soon as it is free. */
  @Override
  public void close() {
    thread.shutdown();
  }

  private PluginFailure failed(String what, Throwable cause) {
    return new PluginFailure(
        "Plug-in " + name + " failed in " + what + ": " + sentence(cause), cause);
  }

  static String sentence(Throwable cause) {
    var message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getName() : message;
  }
}
