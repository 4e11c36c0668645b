package org.polykern.agent.inventory;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.kernel.Kernel;
import org.polykern.agent.kernel.KernelEnd;
import org.polykern.agent.kernel.Kernels;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.task.Tasks;

/**
 * Looks after running kernels every few seconds: is the runner there, what is used, what is stale.
 */
public final class KernelWatch {
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration STRAYS = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final Kernels kernels;
  private final KernelBackend backend;
  private final KernelEnd end;
  private final Tasks tasks;

  public KernelWatch(Kernels kernels, KernelBackend backend, KernelEnd end, Tasks tasks) {
    this.kernels = kernels;
    this.backend = backend;
    this.end = end;
    this.tasks = tasks;
  }

  /** Starts the loops. */
  public void start() {
    tasks.every(LOOK, "kernel-watch", () -> kernels.all().forEach(this::look));
    tasks.every(STRAYS, "strays", () -> backend.removeStrays(kernels.ids()));
  }

  private void look(Kernel kernel) {
    var record = kernel.record();
    var link = kernel.link();
    var runs = kernel.runs();
    if (record.state() != KernelState.RUNNING || link == null || runs == null) {
      return;
    }
    runs.sweep();
    if (runs.isOverrun()) {
      end.condemn(kernel, "runner-misbehaved", "Its runner sent far more than it was asked for.");
    } else if (link.silence().compareTo(SILENCE) > 0) {
      end.condemn(
          kernel,
          "self-terminated",
          "The session's runner did not answer for " + SILENCE.toSeconds() + " s.");
    } else {
      link.askStatus();
    }
    var container = record.container();
    if (container != null) {
      var metrics = new LinkedHashMap<String, Object>(KernelMetrics.of(runs.refusals()));
      backend
          .usage(kernel.id(), container)
          .ifPresent(usage ->
              metrics.putAll(
                  KernelMetrics.of(usage, record.allocation().total("mem").longValue())));
      if (!metrics.isEmpty()) {
        kernel.measured(Collections.unmodifiableMap(metrics));
      }
    }
  }
}
