package org.polykern.gateway.event;

import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.TaskMoved;
import org.polykern.common.task.Tasks;

/** Clients that watch background tasks: each gets every state that differs from its last one. */
public final class TaskWatch {
  private static final long LOOK_AGAIN_MS = 1000;
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

  private record Watcher(UUID task, HttpServerResponse response, Semaphore bell) {}

  private final BackgroundTasks background;
  private final Tasks tasks;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  public TaskWatch(BackgroundTasks background, Tasks tasks) {
    this.background = background;
    this.tasks = tasks;
  }

  /** The row has changed. */
  public void hear(TaskMoved moved) {
    for (var watcher : watchers) {
      if (watcher.task.equals(moved.task())) {
        watcher.bell.release();
      }
    }
  }

  /** The gateway stops: clients come back to another one. */
  public void close() {
    watchers.forEach(watcher -> watcher.response.end());
  }

  /** Tells the task's states, its end, and then the end of the stream. */
  void watch(TaskState first, HttpServerResponse response) {
    var watcher = new Watcher(first.id(), response, new Semaphore(0));
    watchers.add(watcher);
    tasks.startLoop(
        "task-watch",
        () -> {
          try {
            tell(watcher);
          } finally {
            watchers.remove(watcher);
          }
        });
  }

  private void tell(Watcher watcher) throws InterruptedException {
    var response = watcher.response;
    TaskState last = null;
    var spoke = System.nanoTime();
    while (!response.closed() && !response.ended()) {
      watcher.bell.drainPermits();
      var state = background.find(watcher.task).orElse(null);
      if (state != null && !state.equals(last)) {
        response.write(state.forClients().bytes());
        spoke = System.nanoTime();
      } else if (System.nanoTime() - spoke > HEARTBEAT_NANOS) {
        response.write(ServerEvent.HEARTBEAT);
        spoke = System.nanoTime();
      }
      if (isLast(state)) {
        response.end(ServerEvent.CLOSE.bytes());
        return;
      }
      last = state;
      @SuppressWarnings("unused") // rung or not, the row is read again
      var rung = watcher.bell.tryAcquire(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }
  }

  private static boolean isLast(@Nullable TaskState state) {
    return state == null || state.isOver();
  }
}
