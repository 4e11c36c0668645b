package org.polykern.agent.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.tunnel.Tunnels;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;
import org.polykern.common.task.KeyedSerial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every way a kernel ends; in its mailbox, but for what only puts work there. */
public final class KernelEnd {
  private static final Logger log = LoggerFactory.getLogger(KernelEnd.class);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final long GRACE_STEP_MILLIS = 5;

  /** What the client API keeps of a log. */
  public static final int LOG_LIMIT = 10 << 20;

  private final KernelBackend backend;
  private final Devices devices;
  private final Scratch scratch;
  private final KeyedSerial<KernelId> mailboxes;
  private final ReportSink reports;
  private final Tunnels tunnels;

  KernelEnd(
      KernelBackend backend,
      Devices devices,
      Scratch scratch,
      KeyedSerial<KernelId> mailboxes,
      ReportSink reports,
      Tunnels tunnels) {
    this.backend = backend;
    this.devices = devices;
    this.scratch = scratch;
    this.mailboxes = mailboxes;
    this.reports = reports;
    this.tunnels = tunnels;
  }

  void report(Kernel kernel) {
    reports.changed(kernel);
  }

  /** The backend saw the container end; from any thread. */
  void ended(Kernel kernel, ContainerRef container, ContainerEnd how) {
    if (container.equals(kernel.record().container())) {
      kernel.ended(how);
      mailboxes.submit(kernel.id(), () -> selfTerminated(kernel, container, how));
    }
  }

  /** Something is wrong with a running kernel; from any thread. */
  public void condemn(Kernel kernel, String reason, String sentence) {
    var generation = kernel.record().generation();
    mailboxes.submit(
        kernel.id(),
        () -> {
          var record = kernel.record();
          if (record.generation() == generation && record.state() == KernelState.RUNNING) {
            log.warn("Kernel {} is ended: {}", kernel.id(), sentence);
            finish(kernel, KernelState.TERMINATED, reason, sentence, null);
          }
        });
  }

  /** A kernel of before the agent's restart is not alive any more. */
  void adoptionFailed(Kernel kernel, String why) {
    log.warn("Kernel {} could not be adopted: {}", kernel.id(), why);
    var how = kernel.end();
    var oom = how != null && how.outOfMemory();
    finish(
        kernel,
        KernelState.TERMINATED,
        oom ? "out-of-memory" : "self-terminated",
        "The session ended: " + why + ".",
        null);
  }

  /** The start cannot go on. */
  void startFailed(Kernel kernel, Problem problem) {
    var record = kernel.record();
    var nothingRan = record.container() == null && !record.restart();
    finish(
        kernel,
        nothingRan ? KernelState.REJECTED : KernelState.FAILED,
        nothingRan ? "refused" : "failed-to-start",
        problem.message(),
        problem);
  }

  /** A stop was asked for; the record says why. */
  void stop(Kernel kernel, boolean forced) throws InterruptedException {
    var record = kernel.record();
    if (record.state().isGone()) {
      reports.changed(kernel);
      return;
    }
    var why = record.stopReason() == null ? "user-requested" : record.stopReason();
    kernel.change(known -> known.in(KernelState.TERMINATING, why));
    reports.changed(kernel);
    var link = kernel.link();
    var container = record.container();
    if (link != null && container != null && !forced) {
      link.shutdown();
      awaitEnd(kernel, container);
    }
    finish(kernel, KernelState.TERMINATED, why, "The session was stopped (" + why + ").", null);
  }

  /** Ends a container for good and takes its leftovers away. */
  void removeContainer(Kernel kernel, ContainerRef container) {
    disconnect(kernel, "The kernel is being restarted.");
    backend.kill(kernel.id(), kernel.dirs(), container);
    backend.remove(kernel.id(), kernel.dirs());
  }

  private void selfTerminated(Kernel kernel, ContainerRef container, ContainerEnd how) {
    var record = kernel.record();
    if (!container.equals(record.container()) || record.state() != KernelState.RUNNING) {
      return;
    }
    var sentence =
        how.outOfMemory()
            ? "The session used more memory than it has, and was ended."
            : "The session's container ended by itself with code " + how.exitCode() + ".";
    log.info("Kernel {}: {}", kernel.id(), sentence);
    finish(
        kernel,
        KernelState.TERMINATED,
        how.outOfMemory() ? "out-of-memory" : "self-terminated",
        sentence,
        null);
  }

  private void finish(
      Kernel kernel, KernelState state, String reason, String sentence, @Nullable Problem problem) {
    disconnect(kernel, sentence);
    var record = kernel.record();
    Integer code = null;
    var container = record.container();
    if (container != null) {
      var how = kernel.end();
      var killed = backend.kill(kernel.id(), kernel.dirs(), container);
      code = how == null ? killed.exitCode() : how.exitCode();
      keepLog(kernel, container);
    }
    backend.remove(kernel.id(), kernel.dirs());
    devices.free(kernel.id());
    var exitCode = code;
    kernel.change(known -> known.gone(state, reason, exitCode, problem));
    removeScratch(kernel);
    reports.changed(kernel);
  }

  private void disconnect(Kernel kernel, String sentence) {
    var runs = kernel.runs();
    if (runs != null) {
      runs.lost(sentence);
    }
    kernel.disconnect();
    tunnels.ended(kernel.id());
  }

  private void awaitEnd(Kernel kernel, ContainerRef container) throws InterruptedException {
    var deadline = System.nanoTime() + GRACE.toNanos();
    while (kernel.end() == null && System.nanoTime() < deadline) {
      var end = backend.ended(kernel.id(), kernel.dirs(), container);
      if (end.isPresent()) {
        kernel.ended(end.get());
        return;
      }
      kernel.awaitMove(Duration.ofMillis(GRACE_STEP_MILLIS));
    }
  }

  private void keepLog(Kernel kernel, ContainerRef container) {
    var bytes = backend.log(kernel.dirs(), container, LOG_LIMIT);
    try {
      if (bytes.length > 0) {
        Files.write(kernel.dirs().finalLog(), bytes);
      }
    } catch (IOException e) {
      log.warn("Cannot keep the log of kernel {}", kernel.id(), e);
    }
  }

  /** The log of a kernel that is gone but not forgotten yet. */
  static byte[] keptLog(Kernel kernel, int limit) {
    try {
      var all = Files.readAllBytes(kernel.dirs().finalLog());
      return Arrays.copyOfRange(all, Math.max(0, all.length - limit), all.length);
    } catch (IOException noLog) {
      return new byte[0];
    }
  }

  private void removeScratch(Kernel kernel) {
    try {
      scratch.remove(kernel.dirs());
    } catch (IOException e) {
      log.error("Cannot remove the files of kernel {}", kernel.id(), e);
    }
  }
}
