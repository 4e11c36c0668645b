package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.ProxyCommand;
import org.polykern.common.bus.ProxyCommand.Outcome;
import org.polykern.common.db.Db;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ClientBlocks;
import org.polykern.gateway.proxy.Protocol;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.ProxyTokens.Leave;
import org.polykern.gateway.proxy.Route;
import org.polykern.gateway.proxy.Worker;
import org.polykern.gateway.proxy.WorkerRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the circuit that a client may use, or makes one; blocks. */
final class CircuitOpener {
  /**
   * What a client wants.
   *
   * @param protocol null = the service's own
   */
  record Wish(
      String app,
      @Nullable Protocol protocol,
      @Nullable Integer port,
      @Nullable String subdomain,
      JsonObject envs,
      @Nullable String arguments,
      boolean open,
      @Nullable ClientBlocks allowedIps,
      boolean noReuse) {}

  /** A circuit that is served. */
  record Opened(Circuit circuit, Worker worker, boolean reused) {}

  private record Target(String name, JsonObject service) {}

  private static final Logger log = LoggerFactory.getLogger(CircuitOpener.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECRET = 32;
  private static final int LABEL_ATTEMPTS = 8;

  /** More addresses than any person opens. */
  private static final int MAX_PER_SESSION = 64;

  private static final String SESSION =
      """
      select s.name, s.status, s.user_id, k.service_ports from session s
      join kernel k on k.session_id = s.id and k.cluster_role = 'main' where s.id = $1\
      """;

  private final Db db;
  private final Bus bus;
  private final CircuitRepository circuits;
  private final WorkerRepository workers;
  private final Duration lostAfter;
  private final InstantSource clock;

  CircuitOpener(
      Db db,
      Bus bus,
      CircuitRepository circuits,
      WorkerRepository workers,
      Duration lostAfter,
      InstantSource clock) {
    this.db = db;
    this.bus = bus;
    this.circuits = circuits;
    this.workers = workers;
    this.lostAfter = lostAfter;
    this.clock = clock;
  }

  /** What the circuit would speak; throws ProxyException 404 when there is no such app. */
  Protocol protocolOf(Leave leave, Wish wish) {
    return protocolOf(target(leave, wish.app()), wish);
  }

  /** Throws ProxyException: no such app, no worker, no slot. */
  Opened open(Leave leave, Wish wish) {
    var target = target(leave, wish.app());
    var protocol = protocolOf(target, wish);
    if (protocol.isHttp2()) {
      throw new ProxyException(
          ProxyError.PROTOCOL_NOT_INTERACTIVE,
          "Expected http or tcp, but " + protocol.label() + " is for inference only.");
    }
    var port = portOf(leave, wish, target);
    var ips = wish.allowedIps() == null ? null : wish.allowedIps().canonical();
    if (!wish.noReuse()) {
      var known =
          circuits.reusable(
              leave.session(),
              wish.app(),
              protocol,
              wish.open(),
              ips,
              port,
              clock.instant().minus(lostAfter));
      var worker = known == null ? null : workers.find(known.worker());
      if (known != null && worker != null && (known.wildcard() || known.port() != null)) {
        circuits.used(known.id(), 0, clock.instant());
        return new Opened(known, worker, true);
      }
    }
    if (circuits.ofSession(leave.session()).size() >= MAX_PER_SESSION) {
      throw new ProxyException(
          ProxyError.NO_SLOT,
          "Expected at most " + MAX_PER_SESSION + " open addresses for a session.");
    }
    var route = new Route(leave.session(), target.name, "", port, protocol.label(), 1);
    var facts =
        Map.of(
            "session.id", leave.session().toString(),
            "session.user_uuid", leave.user().toString(),
            "session.access_key", leave.accessKey(),
            "session.domain_name", leave.domain(),
            "session.group_id", String.valueOf(leave.project()));
    return place(
        new WorkerChoice.Demand(protocol, false, facts),
        worker -> draft(leave, wish, protocol, ips, route, worker));
  }

  /** Makes a circuit on the first worker that can take it. */
  Opened place(WorkerChoice.Demand demand, java.util.function.Function<Worker, Circuit> drafter) {
    var alive = workers.alive(clock.instant().minus(lostAfter));
    var choice = WorkerChoice.among(alive, demand);
    if (choice.isEmpty()) {
      throw alive.isEmpty()
          ? new ProxyException(ProxyError.NOT_DELIVERED, "No worker of the app proxy is alive.")
          : noSlot();
    }
    var silent = false;
    for (var worker : choice) {
      var circuit = insert(worker, drafter);
      try {
        if (bus.request(Addresses.proxyWorker(worker.id()), new ProxyCommand.Serve(circuit.id()))
            instanceof Outcome.Serving) {
          return new Opened(Objects.requireNonNull(circuits.find(circuit.id())), worker, false);
        }
      } catch (ProblemException e) {
        silent = true;
        log.warn("Worker {} does not serve a circuit: {}", worker.authority(), e.getMessage());
      }
      circuits.delete(List.of(circuit.id()));
    }
    throw silent
        ? new ProxyException(
            ProxyError.WORKER_SILENT, "The app proxy's worker does not answer; please try again.")
        : noSlot();
  }

  private Circuit insert(Worker worker, java.util.function.Function<Worker, Circuit> drafter) {
    for (var attempt = 0; attempt < LABEL_ATTEMPTS; attempt++) {
      var circuit = drafter.apply(worker);
      if (circuits.insert(circuit)) {
        return circuit;
      }
    }
    throw ProxyException.badRequest("Expected a sub-domain that is free, but it is taken.");
  }

  private Circuit draft(
      Leave leave, Wish wish, Protocol protocol, @Nullable String ips, Route route, Worker worker) {
    var now = clock.instant();
    var wildcard = worker.wildcard() && protocol != Protocol.TCP;
    return new Circuit(
        UUID.randomUUID(),
        worker.id(),
        wish.app(),
        protocol,
        false,
        wildcard,
        wish.envs(),
        wish.arguments(),
        wish.open(),
        ips,
        wish.port(),
        null,
        wildcard ? Labels.of(wish.subdomain(), wish.app(), RANDOM) : null,
        leave.user(),
        leave.accessKey(),
        null,
        List.of(route),
        secret(),
        0,
        now,
        now,
        now);
  }

  static Buffer secret() {
    var bytes = new byte[SECRET];
    RANDOM.nextBytes(bytes);
    return Buffer.buffer(bytes);
  }

  private Target target(Leave leave, String app) {
    var rows = db.query(SESSION, Tuple.of(leave.session())).iterator();
    if (!rows.hasNext()) {
      throw ProxyException.notFound("This session is gone.");
    }
    var row = rows.next();
    if (!row.getUUID("user_id").equals(leave.user())) {
      throw new ProxyException(
          ProxyError.INVALID_CREDENTIALS, "Expected a token for this session, but got another.");
    }
    if (!row.getString("status").equals("RUNNING")) {
      throw ProxyException.notFound("This session does not run (any more).");
    }
    var service = serviceOf(row.getJsonArray("service_ports"), app);
    if (service == null) {
      throw ProxyException.notFound("This session has no app named '" + app + "'.");
    }
    return new Target(row.getString("name"), service);
  }

  private static @Nullable JsonObject serviceOf(JsonArray services, String app) {
    for (var item : services) {
      if (item instanceof JsonObject service
          && app.equals(service.getString("name"))
          && !"internal".equals(service.getString("protocol"))) {
        return service;
      }
    }
    return null;
  }

  private static Protocol protocolOf(Target target, Wish wish) {
    if (wish.protocol() != null) {
      return wish.protocol();
    }
    var own = Protocol.of(target.service.getString("protocol", "http"));
    return own == null ? Protocol.HTTP : own;
  }

  /** The container port that start-service was asked for, where it is one of this app's. */
  private static @Nullable Integer portOf(Leave leave, Wish wish, Target target) {
    var ports = target.service.getJsonArray("container_ports", new JsonArray());
    var port = leave.port();
    var meant = leave.app() == null || leave.app().equals(wish.app());
    return port != null && meant && ports.contains(port) ? port : null;
  }

  private static ProxyException noSlot() {
    return new ProxyException(
        ProxyError.NO_SLOT, "Every address of the app proxy is taken; please try again later.");
  }
}
