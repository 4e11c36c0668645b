package org.polykern.agent;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.device.Devices;
import org.polykern.agent.device.HostCapacity;
import org.polykern.agent.file.FileCommands;
import org.polykern.agent.inventory.Heartbeats;
import org.polykern.agent.inventory.HostAddress;
import org.polykern.agent.inventory.KernelWatch;
import org.polykern.agent.inventory.Reports;
import org.polykern.agent.inventory.Scheduler;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.jail.SessionJails;
import org.polykern.agent.kernel.KernelParts;
import org.polykern.agent.kernel.KernelStore;
import org.polykern.agent.kernel.Kernels;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.agent.tunnel.Tunnels;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object graph of one agent: made in {@link #start}, taken down in reverse by {@link #stop}.
 */
final class Agent {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final BackendChoice.Chosen chosen;
  private final KernelParts parts;
  private final Heartbeats heartbeats;
  private final Opened opened;

  private Agent(
      BackendChoice.Chosen chosen, KernelParts parts, Heartbeats heartbeats, Opened opened) {
    this.chosen = chosen;
    this.parts = parts;
    this.heartbeats = heartbeats;
    this.opened = opened;
  }

  /** Blocks; what was opened is closed again when a later part fails. */
  static Agent start(AgentConfig config, Vertx vertx) {
    var opened = new Opened();
    try {
      return start(config, vertx, opened);
    } catch (RuntimeException e) {
      opened.closeAll();
      throw e;
    }
  }

  private static Agent start(AgentConfig config, Vertx vertx, Opened opened) {
    var host = AgentHost.of(config);
    opened.add(DataLock.take(config.dataDir()));
    var links = opened.add(new RunnerLinks());
    var store = new KernelStore(host.kernels());
    var tasks = new Tasks("agent", GRACE);
    var inUse = store.backendsInUse();
    var chosen = BackendChoice.choose(config, host, inUse, tasks);
    opened.add(chosen.backend());
    opened.add(tasks); // before the backend that they use
    var bus = opened.add(new Bus(vertx, tasks));
    log.info("{}", chosen.summary());
    chosen.backend().missingIsolation().forEach(log::warn);
    var jails =
        SessionJails.open(
            host.jail(config),
            config.jail() == JailMode.OFF ? null : chosen.backend().jailObstacle());
    for (var other : BackendChoice.others(config, host, chosen.backend(), inUse, tasks)) {
      log.warn("Ending kernels that the backend {} still runs: it is not used now", other.name());
      KernelParts.removeAll(store, other);
      other.close();
    }
    tasks.start("jail-warm-up", () -> warmUp(jails, chosen.backend()));
    var devices = new Devices(HostCapacity.detect(config.cpus(), config.mem()));
    var kernels = new Kernels(store);
    var tunnels =
        opened.add(Tunnels.listen(config.tunnelHost(), config.tunnelPort(), told(config)));
    var scheduler = new Scheduler(bus, config.id(), UUID.randomUUID());
    var parts =
        KernelParts.wire(
            new KernelParts.Needs(
                store,
                kernels,
                devices,
                chosen.backend(),
                jails,
                links,
                new Reports(scheduler, kernels, tasks),
                tunnels,
                tasks,
                new KernelParts.Settings(host.kernelHome(), host.root(), config.startDeadline())));
    parts.adoption().run();
    var heartbeats =
        new Heartbeats(scheduler, kernels, devices, chosen.backend(), config.scalingGroup(), tasks);
    heartbeats.start(config.heartbeat());
    new KernelWatch(kernels, chosen.backend(), parts.end(), tasks).start();
    var files = new FileCommands(kernels, host.users().uid(), host.users().gid(), host.root());
    Future.all(
            bus.consume(Addresses.kernels(config.id()), parts.commands()::handle),
            bus.consume(Addresses.runs(config.id()), parts.runCommands()::handle),
            bus.consume(Addresses.files(config.id()), files::handle),
            bus.consume(Addresses.streams(config.id()), parts.streamCommands()::handle))
        .await();
    return new Agent(chosen, parts, heartbeats, opened);
  }

  /** Where gateways reach the tunnel port. */
  private static String told(AgentConfig config) {
    var host = config.tunnelHost();
    return host.equals("0.0.0.0") || host.equals("::") ? HostAddress.find() : host;
  }

  private static void warmUp(SessionJails jails, KernelBackend backend) {
    try {
      jails.warmUp(backend.users());
    } catch (IOException | ProblemException e) {
      log.warn("Sessions may not start: {}", e.getMessage());
    }
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
    opened.closeAll();
  }

  void stopAll() throws InterruptedException {
    parts.stopAll();
  }

  static void removeLeftovers(AgentConfig config) {
    var host = AgentHost.of(config);
    var opened = new Opened();
    opened.add(DataLock.take(config.dataDir()));
    var tasks = opened.add(new Tasks("agent-leftovers", GRACE));
    var store = new KernelStore(host.kernels());
    for (KernelBackend backend : BackendChoice.all(config, host, tasks)) {
      KernelParts.removeAll(store, backend);
      backend.close();
    }
    store.list().forEach(store::remove);
    opened.closeAll();
  }
}
