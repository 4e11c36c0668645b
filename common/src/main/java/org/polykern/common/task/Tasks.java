package org.polykern.common.task;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts named virtual threads and waits for them at the end. A task that throws is logged, never
 * lost. Loops end when {@link #isClosing} turns true; they are woken by an interrupt, which is safe
 * here because these threads have no Vert.x context.
 */
public final class Tasks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tasks.class);

  /** The body of a task; may throw. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  private final String owner;
  private final Duration grace;
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private final Set<Thread> interruptible = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * @param owner prefix of thread names
   * @param grace how long {@link #close} waits for running tasks
   */
  public Tasks(String owner, Duration grace) {
    this.owner = owner;
    this.grace = grace;
  }

  /**
   * Runs a verticle's start or stop, which must not block its context, on a thread of its own.
   *
   * @return completes when the body ends, fails with whatever it throws
   */
  public static Future<Void> aside(String name, Body body) {
    Promise<Void> done = Promise.promise();
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            body.run();
            done.complete();
          } catch (Throwable e) { // also an error must not leave the verticle waiting
            done.fail(e);
          }
        });
    return done.future();
  }

  /** Runs the body to its end; {@link #close} waits for it. */
  public Thread start(String name, Body body) {
    return start(name, body, false);
  }

  /** Runs a loop or a long wait that {@link #close} may interrupt. */
  public Thread startLoop(String name, Body body) {
    return start(name, body, true);
  }

  /**
   * Calls the body again and again with a pause between; a failure is logged and does not end it.
   */
  public Thread every(Duration pause, String name, Body body) {
    return startLoop(
        name,
        () -> {
          while (!isClosing()) {
            runLogged(name, body);
            pause(pause);
          }
        });
  }

  public boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Sleeps, but not beyond the moment {@link #close} is called. */
  public void pause(Duration time) throws InterruptedException {
    @SuppressWarnings("unused") // ended early or not, the caller looks at isClosing
    var ended = closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Interrupts the loops and waits for all tasks, those included that tasks start meanwhile. Blocks
   * for up to the grace period, so never call it on a verticle's context: the tasks may be waiting
   * for an answer that only this context can deliver ({@code vertx.executeBlocking}).
   */
  @Override
  public void close() {
    closing.countDown();
    interruptible.forEach(Thread::interrupt);
    var deadline = System.nanoTime() + grace.toNanos();
    try {
      for (var thread = anyOther(); thread != null; thread = anyOther()) {
        var left = deadline - System.nanoTime();
        if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
          log.warn("{} did not end within {}", thread.getName(), grace);
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Thread anyOther() {
    for (var thread : running) {
      if (!thread.equals(Thread.currentThread()) && thread.isAlive()) {
        return thread;
      }
    }
    return null;
  }

  private Thread start(String name, Body body, boolean mayInterrupt) {
    var thread =
        Thread.ofVirtual()
            .name(owner + "-" + name)
            .unstarted(() -> {
              try {
                runLogged(name, body);
              } finally {
                running.remove(Thread.currentThread());
                interruptible.remove(Thread.currentThread());
              }
            });
    running.add(thread);
    if (mayInterrupt) {
      interruptible.add(thread);
    }
    thread.start();
    return thread;
  }

  /** Runs the body here; whatever it throws is logged, because no one else would see it. */
  void runLogged(String name, Body body) {
    try {
      body.run();
    } catch (InterruptedException e) {
      if (!isClosing()) {
        log.warn("Task {}-{} was interrupted", owner, name);
      }
    } catch (Throwable e) {
      if (isClosing()) {
        log.debug("Task {}-{} ended by the shutdown", owner, name, e);
      } else {
        log.error("Task {}-{} failed", owner, name, e);
      }
    }
  }
}
