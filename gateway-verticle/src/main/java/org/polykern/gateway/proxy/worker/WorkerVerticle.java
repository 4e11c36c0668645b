package org.polykern.gateway.proxy.worker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.ProxyCommand;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.secret.SecretBox;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ProxySecrets;
import org.polykern.gateway.proxy.PublicAddress;
import org.polykern.gateway.proxy.Worker;
import org.polykern.gateway.proxy.WorkerRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's table of contents. The schema must be migrated before. */
public final class WorkerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(WorkerVerticle.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final AppProxyConfig config;
  private final DbConfig dbConfig;
  private final SecretBox box;
  private final BiFunction<Db, Bus, Backends> backendsMaker;
  private final InstantSource clock;

  private volatile @Nullable Parts parts;
  private volatile @Nullable Worker self;

  private record Parts(
      Tasks tasks,
      Bus bus,
      Db db,
      WorkerRepository workers,
      HttpRelay relay,
      TerminalBackends terminals,
      ServedCircuits served,
      Path sockets,
      HttpServer api,
      @Nullable HttpServer wildcard) {}

  public WorkerVerticle(AppProxyConfig config, DbConfig db, SecretBox box) {
    this(config, db, box, TunnelBackends::new, InstantSource.system());
  }

  /** With other back ends and another clock: for tests. */
  public WorkerVerticle(
      AppProxyConfig config,
      DbConfig db,
      SecretBox box,
      BiFunction<Db, Bus, Backends> backends,
      InstantSource clock) {
    this.config = config;
    this.dbConfig = db;
    this.box = box;
    this.backendsMaker = backends;
    this.clock = clock;
  }

  /** As it is registered. Throws NullPointerException before it is deployed. */
  public Worker self() {
    return Objects.requireNonNull(self);
  }

  @Override
  public Future<?> start() {
    var tasks = new Tasks("app-proxy-worker", GRACE);
    var bus = new Bus(vertx, tasks);
    var db = new Db(vertx, dbConfig);
    Promise<Void> started = Promise.promise();
    tasks.start(
        "start",
        () -> {
          try {
            var made = build(tasks, bus, db);
            parts = made;
            join(made);
            tasks.every(config.heartbeat(), "heartbeat", () -> beat(made));
            started.complete();
          } catch (Throwable e) { // whatever it is, the deployment fails with it
            bus.close();
            db.close();
            started.fail(e);
          }
        });
    return started.future();
  }

  private Parts build(Tasks tasks, Bus bus, Db db) throws IOException {
    var secrets = ProxySecrets.open(db, box, config);
    var circuits = new CircuitRepository(db);
    var peers = new Peers(config.trustedProxies());
    var setup = new SetupPage(secrets, config.permitTtl(), clock);
    var relay = new HttpRelay(vertx, new AppHeaders(peers), config.answerTimeout());
    var entrance =
        new HttpEntrance(
            vertx, config, new Doorkeeper(peers, secrets, clock), setup, relay, this::self);
    var sockets =
        Files.createTempDirectory(
            "polykern-apps-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var terminals = new TerminalBackends(backendsMaker.apply(db, bus), vertx, tasks, bus, db);
    var served = new ServedCircuits(config, circuits, terminals, entrance, tasks, clock, sockets);
    var api =
        PublicAddress.listen(
                "the app proxy's worker",
                config.apiPort(),
                port ->
                    new WorkerApi(vertx, config, tasks, circuits, setup, this::self).listen(port))
            .await();
    var wildcard =
        config.isWildcard() ? entrance.listen(config.wildcardPort(), served::named).await() : null;
    return new Parts(
        tasks, bus, db, new WorkerRepository(db), relay, terminals, served, sockets, api, wildcard);
  }

  /** Registers, hears commands under the id given, and serves what the rows say. */
  private void join(Parts p) {
    var now = clock.instant();
    var id = p.workers.register(registration(p), now, false);
    var known = self;
    self = p.workers.find(id);
    if (known == null || !known.id().equals(id)) {
      p.bus.consume(Addresses.proxyWorker(id), command -> obey(p, command)).await();
      log.info("App proxy worker {} ({}) serves apps", self().authority(), id);
    }
    p.served.reconcile(id);
  }

  private ProxyCommand.Outcome obey(Parts p, ProxyCommand command) {
    return switch (command) {
      case ProxyCommand.Serve serve -> p.served.serve(serve.circuit(), self().id());
      case ProxyCommand.Drop drop -> {
        p.served.drop(drop.circuits());
        yield new ProxyCommand.Outcome.Done();
      }
    };
  }

  private void beat(Parts p) {
    p.served.writeUse();
    if (!p.workers.heard(self().id(), clock.instant())) {
      join(p); // somebody deleted our row
      return;
    }
    p.served.reconcile(self().id());
  }

  private WorkerRepository.Registration registration(Parts p) {
    var range = config.ports();
    var wildcard = p.wildcard;
    var port = p.api.actualPort();
    return new WorkerRepository.Registration(
        config.authority().isEmpty()
            ? PublicAddress.machine() + ":" + (config.apiPort() == 0 ? 0 : port)
            : config.authority(),
        wildcard != null,
        config.usesTls() ? "https" : "http",
        PublicAddress.host(config),
        config.usesTls(),
        port,
        wildcard != null || range == null ? null : (Integer) range[0],
        wildcard != null || range == null ? null : (Integer) range[1],
        wildcard == null ? null : config.wildcardDomain(),
        wildcard == null ? null : (Integer) wildcard.actualPort(),
        config.filteredAppsOnly(),
        config.acceptedTraffics(),
        AppFilters.toJson(config.filters()));
  }

  /** The row stays, and so do the circuits: whoever comes back in time goes on with them. */
  @Override
  public Future<?> stop() {
    var p = parts;
    return p == null
        ? Future.succeededFuture()
        : Tasks.aside("app-proxy-worker-stop", () -> end(p));
  }

  private static void end(Parts p) {
    p.bus.close();
    try {
      p.served.writeUse();
    } catch (RuntimeException e) {
      log.warn("The last use of apps was not written: {}", e.toString());
    }
    p.served.close();
    if (p.wildcard != null) {
      p.wildcard.close().await();
    }
    p.api.close().await();
    p.relay.close();
    p.terminals.close();
    p.tasks.close();
    p.db.close();
    try (var left = Files.list(p.sockets)) {
      for (var file : left.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(p.sockets);
    } catch (IOException e) {
      log.warn("{} was not removed: {}", p.sockets, e.toString());
    }
  }
}
