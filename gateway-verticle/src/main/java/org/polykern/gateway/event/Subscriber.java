package org.polykern.gateway.event;

import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.polykern.common.task.Tasks;

/**
 * A client that listens to sessions' events. What comes while it still gets what it missed waits
 * until that is done, so that it gets each event once and in order. Thread-safe.
 */
final class Subscriber {
  /** A client that is so far behind is cut off; it comes back and names the last event it has. */
  private static final int MAX_UNSENT_BYTES = 1 << 20;

  private static final int MAX_HELD = 10_000;
  private static final Duration FULL_PAUSE = Duration.ofMillis(10);

  private final HttpServerResponse response;
  private final EventFilter filter;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable List<LoggedEvent> held; // guarded by lock; null = nothing is replayed
  private volatile long last; // of the one thread that sends: the replay's, then the feed's

  /**
   * @param after the last event that the client has; null = it wants only what comes from now on
   */
  Subscriber(HttpServerResponse response, EventFilter filter, @Nullable Long after) {
    this.response = response;
    this.filter = filter;
    this.held = after == null ? null : new ArrayList<>();
    this.last = after == null ? 0 : after;
    response.setWriteQueueMaxSize(MAX_UNSENT_BYTES);
  }

  void hear(LoggedEvent event) {
    lock.lock();
    try {
      if (held == null) {
        send(event);
      } else if (held.size() < MAX_HELD) {
        held.add(event);
      } else {
        response.reset();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends what it missed, then what came meanwhile. Blocks as long as the client reads slowly.
   *
   * @param next the events after a number, in order; none at the end
   */
  void replay(LongFunction<List<LoggedEvent>> next, Tasks tasks) throws InterruptedException {
    for (var missed = next.apply(last); !missed.isEmpty(); missed = next.apply(last)) {
      for (var event : missed) {
        while (response.writeQueueFull() && !response.closed() && !tasks.isClosing()) {
          tasks.pause(FULL_PAUSE);
        }
        send(event);
      }
    }
    lock.lock();
    try {
      if (held != null) {
        held.forEach(this::send);
        held = null;
      }
    } finally {
      lock.unlock();
    }
  }

  void heartbeat() {
    if (!response.writeQueueFull()) {
      response.write(ServerEvent.HEARTBEAT);
    }
  }

  /** The gateway stops: the client comes back to another one. */
  void leave() {
    response.end();
  }

  private void send(LoggedEvent event) {
    if (event.seq() <= last) {
      return;
    }
    last = event.seq();
    if (filter.wants(event)) {
      if (response.writeQueueFull()) {
        response.reset();
      } else {
        response.write(event.forClients().bytes());
      }
    }
  }
}
