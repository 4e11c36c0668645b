package org.polykern.agent.inventory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.kernel.Kernel;
import org.polykern.agent.kernel.Kernels;
import org.polykern.agent.kernel.ReportSink;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.bus.Bytes;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each kernel's newest state until it is acknowledged, then forgets what is gone. */
public final class Reports implements ReportSink {
  private static final Logger log = LoggerFactory.getLogger(Reports.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int PIECE = 1 << 20;

  private final Scheduler scheduler;
  private final Kernels kernels;
  private final Tasks tasks;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock. A key is present exactly while a task works on it.
  private final Map<KernelId, Pending> pending = new HashMap<>();

  /** {@code state} is asked at the moment of sending, so that only the newest is sent. */
  private record Pending(Supplier<KernelObserved> state, @Nullable Kernel kernel) {}

  public Reports(Scheduler scheduler, Kernels kernels, Tasks tasks) {
    this.scheduler = scheduler;
    this.kernels = kernels;
    this.tasks = tasks;
  }

  @Override
  public void changed(Kernel kernel) {
    submit(kernel.id(), new Pending(kernel::observed, kernel));
  }

  @Override
  public void unknown(KernelObserved observed) {
    submit(observed.kernelId(), new Pending(() -> observed, null));
  }

  private void submit(KernelId id, Pending next) {
    lock.lock();
    try {
      if (pending.put(id, next) != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    tasks.startLoop("report-" + id, () -> drain(id));
  }

  private void drain(KernelId id) throws InterruptedException {
    var pause = FIRST_PAUSE;
    while (!tasks.isClosing()) {
      var next = peek(id);
      if (next == null) {
        return;
      }
      var state = next.state().get();
      if (send(next, state)) {
        pause = FIRST_PAUSE;
        if (state.state().isGone() && next.kernel() != null) {
          forgetIfStillGone(next.kernel(), state);
        }
        if (finished(id, next)) {
          return;
        }
      } else {
        tasks.pause(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  private boolean send(Pending next, KernelObserved state) {
    try {
      if (state.state().isGone() && next.kernel() != null) {
        sendLog(next.kernel(), state);
      }
      scheduler.tell(
          new AgentReport.KernelReported(scheduler.agent(), scheduler.incarnation(), state));
      return true;
    } catch (ProblemException e) {
      log.debug("Report of kernel {} not taken yet: {}", state.kernelId(), e.getMessage());
      return false;
    }
  }

  private void sendLog(Kernel kernel, KernelObserved state) {
    var file = kernel.dirs().finalLog();
    if (!Files.isRegularFile(file)) {
      return;
    }
    try (var channel = Files.newByteChannel(file)) {
      for (var offset = 0L; offset < channel.size(); offset += PIECE) {
        scheduler.tell(
            new AgentReport.LogSaved(
                scheduler.agent(),
                scheduler.incarnation(),
                kernel.id(),
                state.generation(),
                offset,
                new Bytes(piece(channel, offset))));
      }
    } catch (IOException e) {
      log.warn("Cannot read the kept log of kernel {}; it is lost", kernel.id(), e);
    }
  }

  private static byte[] piece(SeekableByteChannel channel, long offset) throws IOException {
    var piece = ByteBuffer.allocate((int) Math.min(PIECE, channel.size() - offset));
    channel.position(offset);
    while (piece.hasRemaining() && channel.read(piece) >= 0) {}
    return piece.array();
  }

  private void forgetIfStillGone(Kernel kernel, KernelObserved reported) {
    var record = kernel.record();
    if (record.generation() == reported.generation() && record.state().isGone()) {
      kernels.forget(kernel);
    }
  }

  private @Nullable Pending peek(KernelId id) {
    lock.lock();
    try {
      return pending.get(id);
    } finally {
      lock.unlock();
    }
  }

  /** True when nothing newer came while it was sent. */
  private boolean finished(KernelId id, Pending sent) {
    lock.lock();
    try {
      return pending.remove(id, sent);
    } finally {
      lock.unlock();
    }
  }
}
