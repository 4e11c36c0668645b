package org.polykern.agent.inventory;

import java.time.Duration;
import java.util.List;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.kernel.Kernel;
import org.polykern.agent.kernel.Kernels;
import org.polykern.common.bus.AgentReport;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who we are and what we hold, and which images there are, every few seconds. */
public final class Heartbeats {
  private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);
  private static final Duration IMAGE_SCAN = Duration.ofSeconds(20);

  private final Scheduler scheduler;
  private final Kernels kernels;
  private final Devices devices;
  private final KernelBackend backend;
  private final String scalingGroup;
  private final Tasks tasks;
  private volatile List<ImageFacts> reportedImages = List.of();
  private boolean reached; // confined to the heartbeat loop

  public Heartbeats(
      Scheduler scheduler,
      Kernels kernels,
      Devices devices,
      KernelBackend backend,
      String scalingGroup,
      Tasks tasks) {
    this.scheduler = scheduler;
    this.kernels = kernels;
    this.devices = devices;
    this.backend = backend;
    this.scalingGroup = scalingGroup;
    this.tasks = tasks;
  }

  /** The first heartbeat, then the loops; blocks for the first only. */
  public void start(Duration pause) {
    beat();
    tasks.startLoop(
        "heartbeat",
        () -> {
          while (!tasks.isClosing()) {
            tasks.pause(pause);
            beat();
          }
        });
    tasks.every(IMAGE_SCAN, "images", this::reportImages);
  }

  /** The last one; the containers stay. Best effort. */
  public void leave() {
    try {
      scheduler.tell(heartbeat(true));
    } catch (ProblemException e) {
      log.debug("Nobody heard that this agent leaves: {}", e.getMessage());
    }
  }

  private void beat() {
    try {
      var reply = scheduler.tell(heartbeat(false));
      if (!reached) {
        log.info("Agent {} is registered", scheduler.agent());
      }
      reached = true;
      if (reply.reRegister()) {
        log.warn("The control plane cannot reach this agent's addresses; registering them again");
        scheduler.bus().reRegister();
      }
      if (reply.resendImages()) {
        reportedImages = List.of();
        reportImages();
      }
    } catch (ProblemException e) {
      if (reached) {
        log.warn("No scheduler answers; kernels go on. {}", e.getMessage());
      }
      reached = false;
    }
  }

  private void reportImages() {
    var images = backend.images();
    if (images.equals(reportedImages)) {
      return;
    }
    try {
      scheduler.tell(
          new AgentReport.ImagesReported(scheduler.agent(), scheduler.incarnation(), images));
      reportedImages = images;
    } catch (ProblemException e) {
      log.debug("The images are not reported yet: {}", e.getMessage());
    }
  }

  private AgentReport.Heartbeat heartbeat(boolean leaving) {
    return new AgentReport.Heartbeat(
        scheduler.agent(),
        scheduler.incarnation(),
        scalingGroup,
        version(),
        System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64",
        HostAddress.find(),
        backend.name(),
        devices.capacity(),
        devices.slotUnits(),
        kernels.all().stream().map(Kernel::observed).toList(),
        leaving);
  }

  private static String version() {
    var version = Heartbeats.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }
}
