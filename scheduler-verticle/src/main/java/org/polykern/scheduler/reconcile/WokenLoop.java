package org.polykern.scheduler.reconcile;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a turn whenever it is woken, and at the latest when the last turn said so. Any number of
 * wake-ups during a turn makes one more turn.
 */
public final class WokenLoop {
  private static final Logger log = LoggerFactory.getLogger(WokenLoop.class);

  /** One look at the rows. */
  @FunctionalInterface
  public interface Turn {
    /** Blocks; answers the longest time until the next turn. */
    Duration run() throws Exception;
  }

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Semaphore bell = new Semaphore(1);
  private final String name;
  // Confined to the loop's thread.
  private boolean failing;

  private WokenLoop(String name) {
    this.name = name;
  }

  /** Starts with a turn at once. */
  public static WokenLoop start(Tasks tasks, String name, Turn turn) {
    var loop = new WokenLoop(name);
    tasks.startLoop(name, () -> loop.run(tasks, turn));
    return loop;
  }

  /** Never blocks. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  private void run(Tasks tasks, Turn turn) throws InterruptedException {
    var pause = Duration.ZERO;
    while (!tasks.isClosing()) {
      @SuppressWarnings("unused") // rung or not, it is time for a turn
      var rung = bell.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
      bell.drainPermits();
      pause = turn(tasks, turn);
    }
  }

  private Duration turn(Tasks tasks, Turn turn) throws InterruptedException {
    try {
      var pause = turn.run();
      failing = false;
      return pause;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      if (!tasks.isClosing()) {
        logFailure(e);
      }
      return AFTER_FAILURE;
    }
  }

  /** The whole story once; while it lasts, a line per turn. */
  private void logFailure(Exception e) {
    if (failing) {
      log.error("A turn of the {} loop failed again: {}", name, e.toString());
    } else {
      log.error("A turn of the {} loop failed; the next one is in {}", name, AFTER_FAILURE, e);
    }
    failing = true;
  }
}
