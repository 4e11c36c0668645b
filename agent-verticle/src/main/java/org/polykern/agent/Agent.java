package org.polykern.agent;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.device.HostCapacity;
import org.polykern.agent.file.FileCommands;
import org.polykern.agent.inventory.Heartbeats;
import org.polykern.agent.inventory.KernelWatch;
import org.polykern.agent.inventory.Reports;
import org.polykern.agent.inventory.Scheduler;
import org.polykern.agent.kernel.KernelParts;
import org.polykern.agent.kernel.KernelStore;
import org.polykern.agent.kernel.Kernels;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object graph of one agent: made in {@link #start}, taken down in reverse by {@link #stop}.
 */
final class Agent {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Tasks tasks;
  private final Bus bus;
  private final BackendChoice.Chosen chosen;
  private final RunnerLinks links;
  private final KernelParts parts;
  private final Heartbeats heartbeats;

  private Agent(
      Tasks tasks,
      Bus bus,
      BackendChoice.Chosen chosen,
      RunnerLinks links,
      KernelParts parts,
      Heartbeats heartbeats) {
    this.tasks = tasks;
    this.bus = bus;
    this.chosen = chosen;
    this.links = links;
    this.parts = parts;
    this.heartbeats = heartbeats;
  }

  static Agent start(AgentConfig config, Vertx vertx) {
    var tasks = new Tasks("agent", GRACE);
    var bus = new Bus(vertx, tasks);
    var links = new RunnerLinks();
    var host = AgentHost.of(config);
    var store = new KernelStore(host.kernels());
    var inUse = store.backendsInUse();
    var chosen = BackendChoice.choose(config, host, inUse, tasks);
    log.info("{}", chosen.summary());
    chosen.backend().missingIsolation().forEach(log::warn);
    for (var other : BackendChoice.others(config, host, chosen.backend(), inUse, tasks)) {
      log.warn("Ending kernels that the backend {} still runs: it is not used now", other.name());
      KernelParts.removeAll(store, other);
      other.close();
    }
    var devices = new Devices(HostCapacity.detect(config.cpus(), config.mem()));
    var kernels = new Kernels(store);
    var scheduler = new Scheduler(bus, config.id(), UUID.randomUUID());
    var reports = new Reports(scheduler, kernels, tasks);
    var parts =
        KernelParts.wire(
            new KernelParts.Needs(
                store,
                kernels,
                devices,
                chosen.backend(),
                links,
                reports,
                tasks,
                new KernelParts.Settings(
                    host.kernelHome(),
                    host.uid(),
                    host.gid(),
                    host.root(),
                    config.startDeadline())));
    parts.adoption().run();
    var heartbeats =
        new Heartbeats(scheduler, kernels, devices, chosen.backend(), config.scalingGroup(), tasks);
    heartbeats.start(config.heartbeat());
    new KernelWatch(kernels, chosen.backend(), parts.end(), tasks).start();
    var files = new FileCommands(kernels, host.uid(), host.gid(), host.root());
    Future.all(
            bus.consume(Addresses.kernels(config.id()), parts.commands()::handle),
            bus.consume(Addresses.runs(config.id()), parts.runCommands()::handle),
            bus.consume(Addresses.files(config.id()), files::handle))
        .await();
    return new Agent(tasks, bus, chosen, links, parts, heartbeats);
  }

  String backendSummary() {
    return chosen.summary();
  }

  List<String> missingIsolation() {
    return chosen.backend().missingIsolation();
  }

  /** The kernels stay. */
  void stop() {
    parts.commands().leave();
    heartbeats.leave();
    bus.close();
    tasks.close();
    chosen.backend().close();
    links.close();
  }

  void stopAll() throws InterruptedException {
    parts.stopAll();
  }

  static void removeLeftovers(AgentConfig config) {
    var tasks = new Tasks("agent-leftovers", GRACE);
    var host = AgentHost.of(config);
    var store = new KernelStore(host.kernels());
    for (KernelBackend backend : BackendChoice.all(config, host, tasks)) {
      KernelParts.removeAll(store, backend);
      backend.close();
    }
    store.list().forEach(store::remove);
    tasks.close();
  }
}
