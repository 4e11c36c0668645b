package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.Jwt;
import org.polykern.gateway.proxy.Protocol;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.ProxySecrets;
import org.polykern.gateway.proxy.ProxyTokens;
import org.polykern.gateway.proxy.ProxyTokens.Leave;
import org.polykern.gateway.proxy.Route;
import org.polykern.gateway.proxy.Worker;
import org.polykern.gateway.proxy.WorkerRepository;

/** What a manager asks: tokens for sessions, and the endpoints of model services. */
final class ManagerRoutes {
  private static final Duration LONGEST_TOKEN = Duration.ofDays(3650);

  private final AppProxyConfig config;
  private final ProxySecrets secrets;
  private final ProxyTokens tokens;
  private final CircuitOpener opener;
  private final CircuitRepository circuits;
  private final WorkerRepository workers;
  private final Housekeeping housekeeping;
  private final InstantSource clock;

  ManagerRoutes(
      AppProxyConfig config,
      ProxySecrets secrets,
      ProxyTokens tokens,
      CircuitOpener opener,
      CircuitRepository circuits,
      WorkerRepository workers,
      Housekeeping housekeeping,
      InstantSource clock) {
    this.config = config;
    this.secrets = secrets;
    this.tokens = tokens;
    this.opener = opener;
    this.circuits = circuits;
    this.workers = workers;
    this.housekeeping = housekeeping;
    this.clock = clock;
  }

  /**
   * A token for a session. The host is not connected to: a session is reached through its agent, so
   * no address of a request can lead the proxy anywhere else.
   */
  Told conf(Ask ask) {
    var session = ask.object("session");
    var port = ask.body().getValue("kernel_port");
    var project = session.getString("group_id");
    var leave =
        new Leave(
            Ask.uuid("session.id", session.getString("id")),
            Ask.uuid("session.user_uuid", session.getString("user_uuid")),
            session.getString("access_key", ""),
            project == null ? null : Ask.uuid("session.group_id", project),
            session.getString("domain_name", ""),
            null,
            port instanceof Number number ? (Integer) number.intValue() : null);
    return Told.ok(
        new JsonObject().put("token", tokens.issue(leave, config.tokenTtl(), clock.instant())));
  }

  /** Creates an endpoint, or gives it other back ends under the same address. */
  Told putEndpoint(Ask ask) {
    var endpoint = ask.id("endpoint");
    var app = appOf(ask);
    var routes = routesOf(app.list());
    var protocol = protocolOf(routes);
    var open = Boolean.TRUE.equals(ask.body().getValue("open_to_public"));
    var known = circuits.ofEndpoint(endpoint);
    if (known != null) {
      if (known.protocol().isHttp2() != protocol.isHttp2()) {
        throw ProxyException.badRequest(
            "Expected the endpoint to keep its protocol, but it spoke "
                + known.protocol().label()
                + ".");
      }
      var updated = circuits.update(known.id(), routes, open, protocol, clock.instant());
      var worker = workers.find(known.worker());
      if (updated != null && worker != null) {
        housekeeping.changed(updated);
        return Told.ok(new JsonObject().put("endpoint", worker.baseOf(updated) + "/"));
      }
    }
    var demand = new WorkerChoice.Demand(protocol, true, factsOf(ask, endpoint));
    var opened =
        opener.place(
            demand, worker -> draft(ask, endpoint, app.name(), routes, protocol, open, worker));
    return Told.ok(
        new JsonObject().put("endpoint", opened.worker().baseOf(opened.circuit()) + "/"));
  }

  Told deleteEndpoint(Ask ask) {
    var known = circuits.ofEndpoint(ask.id("endpoint"));
    if (known == null) {
      throw ProxyException.notFound("There is no such endpoint.");
    }
    housekeeping.removed("its endpoint was deleted", circuits.delete(List.of(known.id())));
    return Told.success();
  }

  /** A token that programs show to the endpoint. */
  Told issueToken(Ask ask) {
    var known = circuits.ofEndpoint(ask.id("endpoint"));
    var worker = known == null ? null : workers.find(known.worker());
    if (known == null || worker == null) {
      throw ProxyException.notFound("There is no such endpoint.");
    }
    var expires = expiryOf(ask.body().getValue("exp"));
    var claims = known.toJson();
    claims.remove("route_info");
    claims
        .put("app_url", worker.baseOf(known) + "/")
        .put("user", Ask.uuid("user_uuid", ask.body().getString("user_uuid")).toString())
        .put("exp", expires.getEpochSecond());
    return Told.ok(new JsonObject().put("token", Jwt.sign(secrets.endpoint(), claims)));
  }

  Told health(Ask ask) {
    var alive = new JsonArray();
    for (var worker : workers.alive(clock.instant().minus(config.lostAfter()))) {
      alive.add(
          new JsonObject()
              .put("authority", worker.authority())
              .put("available_slots", worker.availableSlots())
              .put("occupied_slots", worker.occupied())
              .put("ha_setup", worker.nodes() > 1));
    }
    return Told.ok(new JsonObject().put("coordinator_version", "v2").put("workers", alive));
  }

  private Instant expiryOf(@Nullable Object exp) {
    var now = clock.instant();
    var latest = now.plus(LONGEST_TOKEN);
    var expires = exp instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : null;
    if (expires == null || !expires.isAfter(now) || expires.isAfter(latest)) {
      throw ProxyException.badRequest(
          "Expected exp as seconds since 1970, in the future, but got something else.");
    }
    return expires;
  }

  private record App(String name, JsonArray list) {}

  private static App appOf(Ask ask) {
    var apps = ask.object("apps");
    if (apps.size() != 1) {
      throw ProxyException.badRequest("Expected one app in apps, but got " + apps.size() + ".");
    }
    var name = apps.fieldNames().iterator().next();
    try {
      return new App(name, Objects.requireNonNull(apps.getJsonArray(name)));
    } catch (ClassCastException | NullPointerException other) {
      throw ProxyException.badRequest("Expected a list of back ends as apps." + name + ".");
    }
  }

  private static List<Route> routesOf(JsonArray list) {
    var routes = new ArrayList<Route>();
    for (var item : list) {
      if (!(item instanceof JsonObject json)) {
        throw ProxyException.badRequest("Expected back ends as objects.");
      }
      var ratio = json.getValue("traffic_ratio", 1.0);
      if (!(ratio instanceof Number share) || !(share.doubleValue() >= 0)) {
        throw ProxyException.badRequest("Expected a traffic_ratio of 0 or more.");
      }
      var port = json.getValue("kernel_port");
      routes.add(
          new Route(
              Ask.uuid("session_id", json.getString("session_id")),
              json.getString("session_name", ""),
              json.getString("kernel_host", ""),
              port instanceof Number number ? (Integer) number.intValue() : null,
              json.getString("protocol", "http"),
              share.doubleValue()));
    }
    return routes;
  }

  private static Protocol protocolOf(List<Route> routes) {
    var protocols = routes.stream().map(Route::protocol).distinct().toList();
    var protocol = protocols.isEmpty() ? Protocol.HTTP : Protocol.of(protocols.getFirst());
    if (protocols.size() > 1 || protocol == null) {
      throw ProxyException.badRequest(
          "Expected one protocol out of http, grpc, h2 and tcp, but got " + protocols + ".");
    }
    return protocol;
  }

  private static Map<String, String> factsOf(Ask ask, UUID endpoint) {
    var facts = new HashMap<String, String>();
    facts.put("endpoint.id", endpoint.toString());
    var session = ask.object("tags").getValue("session");
    if (session instanceof JsonObject tags) {
      for (var entry : tags) {
        facts.put("session." + entry.getKey(), String.valueOf(entry.getValue()));
      }
    }
    return facts;
  }

  private Circuit draft(
      Ask ask,
      UUID endpoint,
      String app,
      List<Route> routes,
      Protocol protocol,
      boolean open,
      Worker worker) {
    var now = clock.instant();
    var wildcard = worker.wildcard() && protocol != Protocol.TCP;
    var port = ask.body().getValue("port");
    var label = ask.body().getString("subdomain");
    return new Circuit(
        UUID.randomUUID(),
        worker.id(),
        app,
        protocol,
        true,
        wildcard,
        new JsonObject(),
        null,
        open,
        null,
        port instanceof Number number ? (Integer) number.intValue() : null,
        null,
        wildcard
            ? Labels.of(
                label, ask.body().getString("service_name", "service"), new java.util.Random())
            : null,
        null,
        null,
        endpoint,
        routes,
        CircuitOpener.secret(),
        0,
        now,
        now,
        now);
  }
}
