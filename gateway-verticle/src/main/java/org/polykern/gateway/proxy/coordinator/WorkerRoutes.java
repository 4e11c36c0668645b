package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.Worker;
import org.polykern.gateway.proxy.WorkerRepository;
import org.polykern.gateway.proxy.WorkerRepository.Registration;

/** What workers and their operators ask: circuits, slots, workers. */
final class WorkerRoutes {
  private final AppProxyConfig config;
  private final CircuitRepository circuits;
  private final WorkerRepository workers;
  private final Housekeeping housekeeping;
  private final InstantSource clock;

  WorkerRoutes(
      AppProxyConfig config,
      CircuitRepository circuits,
      WorkerRepository workers,
      Housekeeping housekeeping,
      InstantSource clock) {
    this.config = config;
    this.circuits = circuits;
    this.workers = workers;
    this.housekeeping = housekeeping;
    this.clock = clock;
  }

  Told circuit(Ask ask) {
    return Told.ok(requiredCircuit(ask).toJson());
  }

  Told deleteCircuit(Ask ask) {
    var circuit = requiredCircuit(ask);
    housekeeping.removed("the API asked for it", circuits.delete(List.of(circuit.id())));
    return Told.success();
  }

  Told deleteCircuits(Ask ask) {
    var ids = new ArrayList<UUID>();
    for (var id : ask.array("circuit_ids")) {
      ids.add(Ask.uuid("circuit_ids", String.valueOf(id)));
    }
    housekeeping.removed("the API asked for it", circuits.delete(ids));
    return Told.success();
  }

  Told statistics(Ask ask) {
    var circuit = requiredCircuit(ask);
    var idle = Duration.between(circuit.lastAccess(), clock.instant());
    var ttl = circuit.inference() ? null : config.inactivity().minus(idle).toSeconds();
    return Told.ok(
        circuit
            .toJson()
            .put("requests", circuit.requests())
            .put("last_access", circuit.lastAccess().toEpochMilli())
            .put("ttl", ttl));
  }

  Told slots(Ask ask) {
    var host = ask.text("wsproxy_host");
    var inUse = ask.text("in_use") == null || ask.flag("in_use");
    var slots = new JsonArray();
    for (var worker : alive()) {
      if (host == null || host.equals(worker.authority())) {
        addSlots(worker, inUse, slots);
      }
    }
    return Told.ok(new JsonObject().put("slots", slots));
  }

  private void addSlots(Worker worker, boolean inUse, JsonArray slots) {
    var its = circuits.ofWorker(worker.id());
    var taken = new HashSet<Integer>();
    for (var circuit : its) {
      if (circuit.port() != null) {
        taken.add(circuit.port());
      }
      if (inUse) {
        slots.add(slot(circuit.wildcard(), circuit.port(), circuit.subdomain(), circuit));
      }
    }
    var first = worker.firstPort();
    var last = worker.lastPort();
    if (!inUse && first != null && last != null) {
      for (var port = first; port <= last; port++) {
        if (!taken.contains(port)) {
          slots.add(slot(false, port, null, null));
        }
      }
    }
  }

  private static JsonObject slot(
      boolean wildcard,
      @Nullable Integer port,
      @Nullable String subdomain,
      @Nullable Circuit circuit) {
    return new JsonObject()
        .put("frontend_mode", wildcard ? "wildcard" : "port")
        .put("in_use", circuit != null)
        .put("port", port)
        .put("subdomain", subdomain)
        .put("circuit_id", circuit == null ? null : circuit.id().toString());
  }

  Told workers(Ask ask) {
    var list = new JsonArray();
    alive().forEach(worker -> list.add(worker.toJson()));
    return Told.ok(new JsonObject().put("workers", list));
  }

  Told worker(Ask ask) {
    return Told.ok(requiredWorker(ask).toJson());
  }

  Told circuitsOf(Ask ask) {
    var list = new JsonArray();
    circuits.ofWorker(requiredWorker(ask).id()).forEach(circuit -> list.add(circuit.toJson()));
    return Told.ok(new JsonObject().put("circuits", list));
  }

  Told register(Ask ask) {
    var body = ask.body();
    var range = ask.array("port_range");
    var wildcard = "wildcard".equals(body.getString("frontend_mode"));
    var traffics = new ArrayList<String>();
    ask.array("accepted_traffics").forEach(traffic -> traffics.add(String.valueOf(traffic)));
    var id =
        workers.register(
            new Registration(
                required(body, "authority"),
                wildcard,
                body.getString("protocol", "http"),
                required(body, "hostname"),
                Boolean.TRUE.equals(body.getValue("use_tls")),
                number(body.getValue("api_port"), "api_port"),
                range.size() == 2 ? (Integer) number(range.getValue(0), "port_range") : null,
                range.size() == 2 ? (Integer) number(range.getValue(1), "port_range") : null,
                body.getString("wildcard_domain"),
                null,
                Boolean.TRUE.equals(body.getValue("filtered_apps_only")),
                traffics,
                ask.array("app_filters")),
            clock.instant(),
            true);
    var worker = workers.find(id);
    return worker == null ? Told.success() : Told.ok(worker.toJson());
  }

  Told heartbeat(Ask ask) {
    var worker = requiredWorker(ask);
    workers.heard(worker.id(), clock.instant());
    return Told.ok(requiredWorker(ask).toJson());
  }

  Told leave(Ask ask) {
    if (workers.leave(ask.id("worker")) == null) {
      throw ProxyException.notFound("There is no such worker.");
    }
    return Told.success();
  }

  private List<Worker> alive() {
    return workers.alive(clock.instant().minus(config.lostAfter()));
  }

  private Circuit requiredCircuit(Ask ask) {
    var circuit = circuits.find(ask.id("circuit"));
    if (circuit == null) {
      throw ProxyException.notFound("There is no such circuit.");
    }
    return circuit;
  }

  private Worker requiredWorker(Ask ask) {
    var worker = workers.find(ask.id("worker"));
    if (worker == null) {
      throw ProxyException.notFound("There is no such worker.");
    }
    return worker;
  }

  private static String required(JsonObject body, String name) {
    if (body.getValue(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw ProxyException.badRequest("Expected a text as " + name + ".");
  }

  private static int number(@Nullable Object value, String name) {
    if (value instanceof Number number) {
      return number.intValue();
    }
    throw ProxyException.badRequest("Expected a number as " + name + ".");
  }
}
