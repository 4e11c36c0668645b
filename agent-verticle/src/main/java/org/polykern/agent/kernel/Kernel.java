package org.polykern.agent.kernel;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.run.KernelRuns;
import org.polykern.agent.run.RunnerPort;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelState;

/** One kernel in memory: its durable record, its link and its runs. Thread-safe. */
public final class Kernel {
  private final KernelId id;
  private final KernelStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private KernelRecord record; // guarded by lock
  private long moves; // guarded by lock
  private volatile Map<String, Object> stats = Map.of();
  private volatile @Nullable ContainerEnd end;
  private volatile @Nullable RunnerLink link;
  private volatile @Nullable KernelRuns runs;

  Kernel(KernelRecord record, KernelStore store) {
    this.id = record.spec().kernelId();
    this.record = record;
    this.store = store;
  }

  public KernelId id() {
    return id;
  }

  public KernelDirs dirs() {
    return store.dirs(id);
  }

  public KernelRecord record() {
    lock.lock();
    try {
      return record;
    } finally {
      lock.unlock();
    }
  }

  /** The whole state, for a report. */
  public KernelObserved observed() {
    return record().observed(stats);
  }

  /** Replaces the record, durably, before it returns. */
  KernelRecord change(UnaryOperator<KernelRecord> change) {
    lock.lock();
    try {
      var next = change.apply(record);
      if (!next.equals(record)) {
        store.save(next);
        record = next;
        moves++;
        moved.signalAll();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the kernel is on its way to RUNNING; false when it was not in time, or is gone. */
  boolean awaitRunning(Duration limit) throws InterruptedException {
    var left = limit.toNanos();
    lock.lock();
    try {
      while (isOnItsWay()) {
        if (left <= 0) {
          return false;
        }
        left = moved.awaitNanos(left);
      }
      return record.state() == KernelState.RUNNING;
    } finally {
      lock.unlock();
    }
  }

  /** Starting, or running but not yet greeted again by a restarted agent. */
  private boolean isOnItsWay() {
    var rank = record.state().rank();
    var running = KernelState.RUNNING.rank();
    return record.stopReason() == null && (rank < running || (rank == running && link == null));
  }

  /** Waits for the next change of the record or the next word about its end, at most so long. */
  void awaitMove(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      var seen = moves;
      var left = limit.toNanos();
      while (seen == moves && left > 0) {
        left = moved.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The container's end as the backend told it; null while it lives. */
  @Nullable ContainerEnd end() {
    return end;
  }

  void ended(@Nullable ContainerEnd how) {
    end = how;
    lock.lock();
    try {
      moves++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public @Nullable RunnerLink link() {
    return link;
  }

  public @Nullable KernelRuns runs() {
    return runs;
  }

  /** Makes runs for a new runner; they reach it through whatever link is there. */
  KernelRuns newRuns(boolean adopted) {
    var made = new KernelRuns(new LinkPort(), System::nanoTime, dirs().runs(), adopted);
    runs = made;
    return made;
  }

  void connected(RunnerLink to) {
    link = to;
    lock.lock();
    try {
      moves++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void disconnect() {
    var old = link;
    link = null;
    if (old != null) {
      old.close();
    }
  }

  /** The last measured metrics, for reports. */
  public void measured(Map<String, Object> latest) {
    stats = latest;
  }

  private final class LinkPort implements RunnerPort {
    @Override
    public void code(String run, String source) {
      present().code(run, source);
    }

    @Override
    public void batch(String run, String clean, String build, String exec) {
      present().batch(run, clean, build, exec);
    }

    @Override
    public void input(String run, String text) {
      present().input(run, text);
    }

    @Override
    public void interrupt(@Nullable String run) {
      var to = link;
      if (to != null) {
        to.interrupt(run);
      }
    }

    @Override
    public void cancel(String run) {
      var to = link;
      if (to != null) {
        to.cancel(run);
      }
    }

    @Override
    public void ack(long seq) {
      var to = link;
      if (to != null) {
        to.ack(seq);
      }
    }

    @Override
    public void hello() {
      var to = link;
      if (to != null) {
        to.hello();
      }
    }

    private RunnerLink present() {
      var to = link;
      if (to == null) {
        throw KernelProblems.notReady(id).toException();
      }
      return to;
    }
  }
}
