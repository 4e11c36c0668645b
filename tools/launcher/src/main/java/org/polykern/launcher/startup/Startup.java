package org.polykern.launcher.startup;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A list of stages, each of one or more steps that start side by side. */
public final class Startup {
  private static final Logger log = LoggerFactory.getLogger(Startup.class);

  /** Hears of each step that has started. Called by several threads. */
  @FunctionalInterface
  public interface Progress {
    void done(String step, Duration took);
  }

  private final Progress progress;
  private final List<List<Step>> stages = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock: what has to be stopped, last started first.
  private final Deque<Step> started = new ArrayDeque<>();
  // Guarded by lock: set once, then no step starts any more.
  private boolean stopping;

  public Startup(Progress progress) {
    this.progress = progress;
  }

  /** Adds a stage; its steps start side by side once all earlier stages have started. */
  public Startup stage(Step... steps) {
    stages.add(Arrays.asList(steps));
    return this;
  }

  /**
   * Starts all stages in order.
   *
   * @throws StartupException when a step failed, after everything that had started was stopped
   */
  public void start() {
    for (var stage : stages) {
      var failure = startAll(stage);
      if (failure != null) {
        stop().forEach(failure::addSuppressed);
        throw failure;
      }
    }
  }

  /** Stops what has started, in reverse order, and goes on after failures, which it returns. */
  public List<Exception> stop() {
    lock.lock();
    try {
      stopping = true;
      var failures = new ArrayList<Exception>();
      while (!started.isEmpty()) {
        var step = started.pop();
        var from = System.nanoTime();
        try {
          step.stop().run();
          log.info("Stopped {} in {} ms", step.name(), since(from).toMillis());
        } catch (Exception e) {
          log.error("Stopping {} failed", step.name(), e);
          failures.add(e);
        }
      }
      return failures;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable StartupException startAll(List<Step> stage) {
    if (stage.size() == 1) {
      return outcome(stage.getFirst(), () -> startOne(stage.getFirst()));
    }
    StartupException failure = null;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      stage.forEach(step -> running.add(threads.submit(() -> startOne(step))));
      for (var i = 0; i < running.size(); i++) {
        var future = running.get(i);
        var failed = outcome(stage.get(i), future::get);
        if (failed != null && failure != null) {
          failure.addSuppressed(failed);
        } else if (failed != null) {
          failure = failed;
        }
      }
    }
    return failure;
  }

  private static @Nullable StartupException outcome(Step step, Callable<?> start) {
    try {
      start.call();
      return null;
    } catch (Exception e) {
      var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      log.warn("Starting {} failed", step.name(), cause);
      return new StartupException(sentence(step, cause), cause);
    }
  }

  /** Runs the step and notes it for stop, unless stop came first: then it is undone here. */
  private @Nullable Void startOne(Step step) throws Exception {
    var from = System.nanoTime();
    refuseWhenStopping();
    step.start().run();
    lock.lock();
    try {
      if (stopping) {
        step.stop().run();
        refuseWhenStopping();
      }
      started.push(step);
    } finally {
      lock.unlock();
    }
    log.info("Started {} in {} ms", step.name(), since(from).toMillis());
    progress.done(step.name(), since(from));
    return null;
  }

  private void refuseWhenStopping() throws InterruptedException {
    lock.lock();
    try {
      if (stopping) {
        throw new InterruptedException("stopped while starting");
      }
    } finally {
      lock.unlock();
    }
  }

  /** Our own sentences stand for themselves; others need to be told what failed. */
  private static String sentence(Step step, Throwable cause) {
    var message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return step.name() + ": " + cause;
    }
    return message.startsWith("Expected ") ? message : step.name() + ": " + message;
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
