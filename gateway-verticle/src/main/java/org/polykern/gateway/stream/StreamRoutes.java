package org.polykern.gateway.stream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.Service;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.http.ProblemDocument;
import org.polykern.gateway.http.Reply;
import org.polykern.gateway.session.Sessions;

/** Terminals and services of sessions. */
public final class StreamRoutes {
  private final Vertx vertx;
  private final Owners owners;
  private final Sessions sessions;
  private final ServiceStreams services;
  private final Tunnels tunnels;
  private final LiveStreams live;
  private final TerminalViews views;
  private final @Nullable AppProxyAccess appProxy;

  /** How streams are reached, and told of their end. */
  public record StreamParts(
      Tunnels tunnels, LiveStreams live, ServiceStreams services, TerminalViews views) {}

  /**
   * @param appProxy null when there is none
   */
  public StreamRoutes(
      Vertx vertx,
      Owners owners,
      Sessions sessions,
      StreamParts stream,
      @Nullable AppProxyAccess appProxy) {
    this.vertx = vertx;
    this.owners = owners;
    this.sessions = sessions;
    this.services = stream.services;
    this.tunnels = stream.tunnels;
    this.live = stream.live;
    this.views = stream.views;
    this.appProxy = appProxy;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.sessionStream("/:session/pty", Access.TERMINAL, this::terminal),
        Endpoint.sessionStream("/:session/tcpproxy", Access.USER, this::tunnel),
        Endpoint.sessionStream("/:session/httpproxy", Access.USER, this::tunnel),
        Endpoint.sessionStream("/:session/apps", Access.USER, this::apps),
        Endpoint.session(HttpMethod.POST, "/:session/start-service", Access.USER, this::start),
        Endpoint.session(HttpMethod.POST, "/:session/shutdown-service", Access.USER, this::stop),
        Endpoint.session(HttpMethod.GET, "/:session/service-log", Access.USER, this::log));
  }

  private Reply terminal(Call call) throws InterruptedException {
    var name = TerminalViews.nameIn(call.parameters());
    return new Reply.Upgrade(
        views.open(ownerKey(call), call.segment("session"), name, call.parameters()));
  }

  private Reply tunnel(Call call) throws InterruptedException {
    var key = ownerKey(call);
    var request = ServiceRequest.of(call.parameters());
    var row = sessions.resolve(key, call.segment("session"));
    var ref = row.id().toString();
    request.in(services.list(key, ref));
    var failed = services.start(key, ref, request.app(), request.envs(), request.arguments());
    if (failed != null) {
      return notStarted(failed);
    }
    var opened = services.locate(key, ref, request.app(), request.port());
    return new Reply.Upgrade((socket, connection) ->
        TunnelSocket.begin(vertx, tunnels, live, row.id(), socket, connection, opened));
  }

  private Reply apps(Call call) throws InterruptedException {
    var found = services.list(ownerKey(call), call.segment("session"));
    return Answer.ok(found.stream().map(StreamRoutes::shown).toList());
  }

  private static Map<String, Object> shown(Service service) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", service.name());
    shown.put("protocol", service.protocol());
    shown.put("ports", service.ports());
    // Clients trip over nulls here.
    putIfKnown(shown, "url_template", service.urlTemplate());
    putIfKnown(shown, "allowed_arguments", service.allowedArguments());
    putIfKnown(shown, "allowed_envs", service.allowedEnvs());
    return shown;
  }

  private static void putIfKnown(Map<String, Object> shown, String key, @Nullable Object value) {
    if (value != null) {
      shown.put(key, value);
    }
  }

  private Reply start(Call call) throws InterruptedException {
    var owner = owner(call);
    var request = ServiceRequest.of(call.parameters());
    var row = sessions.resolve(owner.accessKey(), call.segment("session"));
    var ref = row.id().toString();
    var service = request.in(services.list(owner.accessKey(), ref));
    if (appProxy == null) {
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "There is no app proxy here; use the tunnel at /stream/session/NAME/tcpproxy.")
          .toException();
    }
    var failed =
        services.start(owner.accessKey(), ref, request.app(), request.envs(), request.arguments());
    if (failed != null) {
      return notStarted(failed);
    }
    var asked = request.port();
    var port = asked != null ? asked.intValue() : service.ports().getFirst().intValue();
    var grant = appProxy.grant(owner, row, service.name(), service.protocol(), port);
    return Answer.ok(Map.of("token", grant.token(), "wsproxy_addr", grant.address()));
  }

  /** The API wants the reason as a text. */
  private static Answer notStarted(Outcome.NotStarted failed) {
    var reason = failed.log().isBlank() ? failed.error() : failed.error() + "\n" + failed.log();
    return ProblemDocument.of(
        Problem.of(ProblemCode.INTERNAL, "Failed to launch the app service"), reason);
  }

  private Reply stop(Call call) throws InterruptedException {
    var name = call.parameters().requiredText("service_name", "service", "app");
    var key = ownerKey(call);
    var session = sessions.resolve(key, call.segment("session")).id();
    services.stop(key, session.toString(), name);
    if (appProxy != null) {
      appProxy.revoke(session, name);
    }
    return Answer.noContent();
  }

  private Reply log(Call call) throws InterruptedException {
    var name = call.parameters().requiredText("service_name", "service", "app");
    var log = services.log(ownerKey(call), call.segment("session"), name);
    return Answer.ok(Map.of("log", log.text(), "running", log.running()));
  }

  private Caller owner(Call call) {
    return owners.effective(call.caller(), call.parameters().text("owner_access_key"));
  }

  private String ownerKey(Call call) {
    return owner(call).accessKey();
  }
}
