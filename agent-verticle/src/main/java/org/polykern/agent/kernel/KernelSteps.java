package org.polykern.agent.kernel;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.backend.Launch;
import org.polykern.agent.device.Devices;
import org.polykern.agent.jail.SessionJails;
import org.polykern.agent.kernel.Step.Result;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.agent.service.ServicePorts;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.kernel.ServicePort;

/** What a start does, in order. Each step looks at the record for what is done already. */
final class KernelSteps {
  private static final Duration ANNOUNCE_PAUSE = Duration.ofMillis(3);
  private static final Duration HELLO_PAUSE = Duration.ofMillis(200);
  private static final int LOG_TAIL = 2000;

  private final Devices devices;
  private final KernelBackend backend;
  private final SessionJails jails;
  private final Scratch scratch;
  private final RunnerCommand command;
  private final RunnerLinks links;
  private final KernelEnd end;

  KernelSteps(
      Devices devices,
      KernelBackend backend,
      SessionJails jails,
      Scratch scratch,
      RunnerCommand command,
      RunnerLinks links,
      KernelEnd end) {
    this.devices = devices;
    this.backend = backend;
    this.jails = jails;
    this.scratch = scratch;
    this.command = command;
    this.links = links;
    this.end = end;
  }

  List<Step> all() {
    return List.of(
        new Step("remove-old", this::removeOld),
        new Step("take-devices", this::takeDevices),
        new Step("prepare-scratch", this::prepareScratch),
        new Step("create-container", this::createContainer),
        new Step("await-announcement", this::awaitAnnouncement),
        new Step("await-hello", this::awaitHello));
  }

  /** Before CREATING a container can only be the one of the generation before. */
  private Result removeOld(Kernel kernel, int generation) {
    var old = kernel.record().container();
    if (kernel.record().state() == KernelState.PREPARING && old != null) {
      end.removeContainer(kernel, old);
      kernel.change(record -> record.with((ContainerRef) null));
    }
    return Result.DONE;
  }

  private Result takeDevices(Kernel kernel, int generation) {
    var taken = devices.take(kernel.id(), kernel.record().spec().slots());
    kernel.change(record -> record.with(taken));
    return Result.DONE;
  }

  private Result prepareScratch(Kernel kernel, int generation) throws IOException {
    if (kernel.record().state() == KernelState.PREPARING) {
      var image = backend.runtimeOf(kernel.record().spec().image());
      var services = services(kernel.record(), image);
      var keys = LinkKeys.generate();
      var record = kernel.change(known -> known.with(image, services, keys));
      var jail =
          jails.of(
              image.type(),
              record.spec().image(),
              backend.jailPolicy(image).orElse(null),
              backend.users());
      scratch.prepare(kernel.dirs(), record, backend.place(kernel.dirs()), jail.orElse(null));
    }
    return Result.DONE;
  }

  private static List<ServicePort> services(KernelRecord record, ImageRuntime image) {
    try {
      return record.isMain()
          ? ServicePorts.of(image.labels(), record.spec().preopenPorts())
          : List.of();
    } catch (IllegalArgumentException e) {
      throw KernelProblems.creation(String.valueOf(e.getMessage())).toException();
    }
  }

  private Result createContainer(Kernel kernel, int generation) throws IOException {
    var record = kernel.record();
    if (record.container() != null) {
      return Result.DONE;
    }
    kernel.ended(null);
    kernel.change(known ->
        known.generation() == generation
            ? known.in(KernelState.CREATING, "creating-container")
            : known);
    end.report(kernel);
    var container = backend.launch(launch(kernel, record));
    var created = kernel.change(known -> known.with(container));
    end.report(kernel);
    scratch.nameContainer(kernel.dirs(), created);
    return Result.DONE;
  }

  private Result awaitAnnouncement(Kernel kernel, int generation) throws IOException {
    var record = kernel.record();
    if (record.runner() != null) {
      return Result.DONE;
    }
    var container = Objects.requireNonNull(record.container());
    if (kernel.end() == null) {
      backend.watch(
          kernel.id(), kernel.dirs(), container, how -> end.ended(kernel, container, how));
    }
    var found = Announcement.read(kernel.dirs().announcement());
    while (found.isEmpty() && isWanted(kernel, generation)) {
      var how = kernel.end();
      if (how != null) {
        return died(kernel, container, how);
      }
      if (record.deadline().isBefore(java.time.Instant.now())) {
        return new Result.Retry(ANNOUNCE_PAUSE, "the runner in the container did not start");
      }
      LockSupport.parkNanos(ANNOUNCE_PAUSE.toNanos());
      found = Announcement.read(kernel.dirs().announcement());
    }
    found.ifPresent(runner -> kernel.change(known -> known.with(runner)));
    return Result.DONE;
  }

  private Result awaitHello(Kernel kernel, int generation) throws InterruptedException {
    var record = kernel.record();
    var container = Objects.requireNonNull(record.container());
    if (kernel.link() == null) {
      var runs = kernel.newRuns(false);
      var link =
          links.connect(
              container.host(),
              Objects.requireNonNull(record.runner()),
              Objects.requireNonNull(record.keys()),
              runs);
      kernel.connected(link);
      link.hello();
    }
    if (Objects.requireNonNull(kernel.link()).awaitHello(HELLO_PAUSE)) {
      return Result.DONE;
    }
    var how = kernel.end();
    if (how != null) {
      return died(kernel, container, how);
    }
    return new Result.Retry(Duration.ZERO, "the runner did not answer hello");
  }

  private static boolean isWanted(Kernel kernel, int generation) {
    var record = kernel.record();
    return record.generation() == generation && record.stopReason() == null;
  }

  private Result died(Kernel kernel, ContainerRef container, ContainerEnd how) {
    var log = backend.log(kernel.dirs(), container, LOG_TAIL);
    var said = new String(log, StandardCharsets.UTF_8).strip();
    return new Result.Fault(
        KernelProblems.creation(
            "The container ended with code "
                + how.exitCode()
                + (how.outOfMemory() ? " (out of memory)" : "")
                + " before its runner answered. The end of its log: "
                + (said.isEmpty() ? "(empty)" : said)));
  }

  private Launch launch(Kernel kernel, KernelRecord record) {
    var place = backend.place(kernel.dirs());
    var allocation = record.allocation();
    var image = Objects.requireNonNull(record.image());
    return new Launch(
        record.spec(),
        record.generation(),
        kernel.dirs(),
        image,
        command.at(place),
        CoreCounts.addTo(record.spec().environ(), image, allocation.cores().size()),
        allocation.cores(),
        allocation.total("cpu").max(new BigDecimal("0.01")),
        allocation.total("mem").longValue());
  }
}
