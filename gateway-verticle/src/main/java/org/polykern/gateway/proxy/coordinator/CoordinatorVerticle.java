package org.polykern.gateway.proxy.coordinator;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.PATCH;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.secret.SecretBox;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ProxySecrets;
import org.polykern.gateway.proxy.ProxyTokens;
import org.polykern.gateway.proxy.PublicAddress;
import org.polykern.gateway.proxy.WorkerRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's table of contents. The schema must be migrated before. */
public final class CoordinatorVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(CoordinatorVerticle.class);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final AppProxyConfig config;
  private final DbConfig dbConfig;
  private final SecretBox box;
  private final InstantSource clock;
  private volatile @Nullable Parts parts;

  private record Parts(
      Tasks tasks,
      Bus bus,
      Db db,
      WorkerRepository workers,
      Housekeeping housekeeping,
      HttpServer server,
      String address) {}

  public CoordinatorVerticle(AppProxyConfig config, DbConfig db, SecretBox box) {
    this(config, db, box, InstantSource.system());
  }

  /** With another clock: for tests. */
  public CoordinatorVerticle(
      AppProxyConfig config, DbConfig db, SecretBox box, InstantSource clock) {
    this.config = config;
    this.dbConfig = db;
    this.box = box;
    this.clock = clock;
  }

  /** Its public base address. Throws NullPointerException before it is deployed. */
  public String address() {
    return Objects.requireNonNull(parts).address;
  }

  /** One round of housekeeping, for tests with a clock of their own; blocks. */
  public void sweep() {
    var p = Objects.requireNonNull(parts);
    p.housekeeping.sweep(p.address);
  }

  @Override
  public Future<?> start() {
    var tasks = new Tasks("app-proxy", GRACE);
    var bus = new Bus(vertx, tasks);
    var db = new Db(vertx, dbConfig);
    Promise<Void> started = Promise.promise();
    tasks.start(
        "start",
        () -> {
          try {
            var made = build(tasks, bus, db);
            parts = made;
            made.housekeeping.sweep(made.address);
            bus.subscribe(Addresses.SESSION_EVENTS, made.housekeeping::hear).await();
            tasks.every(
                config.heartbeat(), "housekeeping", () -> made.housekeeping.sweep(made.address));
            log.info("App proxy coordinator at {}", made.address);
            started.complete();
          } catch (Throwable e) { // whatever it is, the deployment fails with it
            bus.close();
            db.close();
            started.fail(e);
          }
        });
    return started.future();
  }

  private Parts build(Tasks tasks, Bus bus, Db db) {
    var secrets = ProxySecrets.open(db, box, config);
    var circuits = new CircuitRepository(db);
    var workers = new WorkerRepository(db);
    var tokens = new ProxyTokens(db);
    var housekeeping = new Housekeeping(config, bus, circuits, workers, tokens, clock);
    var opener = new CircuitOpener(db, bus, circuits, workers, config.lostAfter(), clock);
    var server = new CoordinatorServer(vertx, config, tasks);
    routes(
        server,
        new ProxyRoutes(secrets, tokens, opener, circuits, housekeeping, clock, this::address));
    routes(
        server,
        secrets,
        new ManagerRoutes(config, secrets, tokens, opener, circuits, workers, housekeeping, clock));
    routes(server, secrets, new WorkerRoutes(config, circuits, workers, housekeeping, clock));
    var listening =
        PublicAddress.listen("the app proxy's coordinator", config.port(), server::listen).await();
    var host = PublicAddress.host(config);
    var address =
        config.scheme()
            + "://"
            + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
            + ":"
            + listening.actualPort();
    return new Parts(tasks, bus, db, workers, housekeeping, listening, address);
  }

  private void routes(CoordinatorServer server, ProxyRoutes proxy) {
    server.open(GET, "/health", ask -> Told.ok(new JsonObject().put("status", "ok")));
    server.open(
        GET,
        "/status",
        ask ->
            Told.ok(new JsonObject().put("api_version", "v2").put("advertise_address", address())));
    server.open(GET, "/v2/proxy/auth", proxy::authenticate);
    for (var prefix : new String[] {"/v2", ""}) {
      server.open(GET, prefix + "/proxy/:token/:session/add", proxy::add);
      server.open(GET, prefix + "/proxy/:token/:session/delete", proxy::delete);
      server.open(GET, prefix + "/proxy/:token/:session", proxy::exists);
    }
  }

  private static void routes(
      CoordinatorServer server, ProxySecrets secrets, ManagerRoutes manager) {
    server.guarded(POST, "/v2/conf", secrets::isManager, manager::conf);
    var endpoint = "/v2/endpoints/:endpoint";
    server.guarded(POST, endpoint, secrets::isManager, manager::putEndpoint);
    server.guarded(DELETE, endpoint, secrets::isManager, manager::deleteEndpoint);
    server.guarded(POST, endpoint + "/token", secrets::isManager, manager::issueToken);
    server.guarded(GET, "/health/status", secrets::isManager, manager::health);
  }

  private static void routes(CoordinatorServer server, ProxySecrets secrets, WorkerRoutes worker) {
    server.guarded(DELETE, "/api/circuit/_/bulk", secrets::isWorker, worker::deleteCircuits);
    server.guarded(GET, "/api/circuit/:circuit", secrets::isWorker, worker::circuit);
    server.guarded(DELETE, "/api/circuit/:circuit", secrets::isWorker, worker::deleteCircuit);
    server.guarded(GET, "/api/circuit/:circuit/statistics", secrets::isWorker, worker::statistics);
    server.guarded(GET, "/api/slots", secrets::isWorker, worker::slots);
    server.guarded(GET, "/api/worker", secrets::isWorker, worker::workers);
    server.guarded(PUT, "/api/worker", secrets::isWorker, worker::register);
    server.guarded(GET, "/api/worker/:worker", secrets::isWorker, worker::worker);
    server.guarded(PATCH, "/api/worker/:worker", secrets::isWorker, worker::heartbeat);
    server.guarded(DELETE, "/api/worker/:worker", secrets::isWorker, worker::leave);
    server.guarded(GET, "/api/worker/:worker/circuits", secrets::isWorker, worker::circuitsOf);
  }

  @Override
  public Future<?> stop() {
    var p = parts;
    return p == null ? Future.succeededFuture() : Tasks.aside("app-proxy-stop", () -> end(p));
  }

  private static void end(Parts p) {
    p.server.close().await();
    p.bus.close();
    p.tasks.close();
    try {
      p.workers.retire(p.address);
    } catch (RuntimeException e) {
      log.warn("The coordinator's row was not removed: {}", e.toString());
    }
    p.db.close();
  }
}
