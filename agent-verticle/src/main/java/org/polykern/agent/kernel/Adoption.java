package org.polykern.agent.kernel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.task.KeyedSerial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a starting agent finds of the one before it. Devices are put back before anything else, so
 * that nothing is given twice; living runners are greeted, and repeat what nobody has read; starts
 * and stops that were under way go on in the mailboxes.
 */
public final class Adoption {
  private static final Logger log = LoggerFactory.getLogger(Adoption.class);
  private static final Duration HELLO_LIMIT = Duration.ofSeconds(10);

  private final KernelStore store;
  private final Kernels kernels;
  private final Devices devices;
  private final KernelBackend backend;
  private final RunnerLinks links;
  private final KernelStart start;
  private final KernelEnd end;
  private final KeyedSerial<KernelId> mailboxes;

  Adoption(
      KernelStore store,
      Kernels kernels,
      Devices devices,
      KernelBackend backend,
      RunnerLinks links,
      KernelStart start,
      KernelEnd end,
      KeyedSerial<KernelId> mailboxes) {
    this.store = store;
    this.kernels = kernels;
    this.devices = devices;
    this.backend = backend;
    this.links = links;
    this.start = start;
    this.end = end;
    this.mailboxes = mailboxes;
  }

  /** Blocks until every kernel found is known; reconnecting them goes on in their mailboxes. */
  public void run() {
    for (var id : store.list()) {
      var record = store.load(id);
      if (record.isEmpty()) {
        log.warn("Removing the directory of kernel {}: it has no state", id);
        backend.remove(id, store.dirs(id));
        store.remove(id);
        continue;
      }
      var kernel = kernels.add(record.get());
      devices.adopt(id, record.get().allocation());
      take(kernel, record.get());
    }
    backend.removeStrays(kernels.ids());
  }

  private void take(Kernel kernel, KernelRecord record) {
    if (record.state().isGone()) {
      end.report(kernel);
    } else if (record.stopReason() != null) {
      mailboxes.submit(kernel.id(), () -> end.stop(kernel, true));
    } else if (record.state() != KernelState.RUNNING) {
      mailboxes.submit(kernel.id(), () -> start.run(kernel));
    } else {
      kernel.newRuns(true);
      mailboxes.submit(kernel.id(), () -> reconnect(kernel, record));
    }
  }

  private void reconnect(Kernel kernel, KernelRecord record) throws InterruptedException {
    var container = record.container();
    var runner = record.runner();
    var keys = record.keys();
    if (container == null || runner == null || keys == null) {
      end.adoptionFailed(kernel, "its state file is not complete");
      return;
    }
    var how = backend.ended(kernel.id(), kernel.dirs(), container);
    if (how.isPresent()) {
      kernel.ended(how.get());
      end.adoptionFailed(kernel, "it ended while the agent was away");
      return;
    }
    if (greet(kernel, container, runner, keys)) {
      backend.watch(
          kernel.id(), kernel.dirs(), container, later -> end.ended(kernel, container, later));
      log.info("Adopted kernel {} ({})", kernel.id(), container.id());
      end.report(kernel);
    } else {
      end.adoptionFailed(kernel, "its runner did not answer");
    }
  }

  private boolean greet(Kernel kernel, ContainerRef container, Announcement runner, LinkKeys keys)
      throws InterruptedException {
    var runs = java.util.Objects.requireNonNull(kernel.runs());
    var link = links.connect(container.host(), runner, keys, runs);
    link.hello();
    var deadline = System.nanoTime() + HELLO_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (link.awaitHello(Duration.ofMillis(200))) {
        kernel.connected(link);
        return true;
      }
      @Nullable ContainerEnd gone =
          backend.ended(kernel.id(), kernel.dirs(), container).orElse(null);
      if (gone != null) {
        kernel.ended(gone);
        break;
      }
    }
    link.close();
    return false;
  }
}
