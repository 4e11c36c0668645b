package org.polykern.gateway.create;

import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.db.Db;
import org.polykern.common.db.UniqueViolationException;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.session.ServicePorts;
import org.polykern.gateway.session.SessionRow;
import org.polykern.gateway.session.SessionWaiters;
import org.polykern.gateway.session.Sessions;

/** {@code POST /session} and its older spellings. */
public final class CreateRoutes {
  private static final String NAME_INDEX = "session_live_name";

  /** Less than the five seconds after which browsers' clients give up. */
  private static final Duration ENDING_PATIENCE = Duration.ofSeconds(4);

  private final Db db;
  private final Bus bus;
  private final Owners owners;
  private final Sessions sessions;
  private final SessionWaiters waiters;
  private final SessionIntake intake;

  public CreateRoutes(Db db, Bus bus, Owners owners, Sessions sessions, SessionWaiters waiters) {
    this.db = db;
    this.bus = bus;
    this.owners = owners;
    this.sessions = sessions;
    this.waiters = waiters;
    this.intake = new SessionIntake(db, sessions, InstantSource.system());
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.session(HttpMethod.POST, "", Access.USER, this::create),
        Endpoint.session(HttpMethod.POST, "/create", Access.USER, this::create),
        Endpoint.session(HttpMethod.POST, "/_/create", Access.USER, this::create));
  }

  private Answer create(Call call) throws InterruptedException {
    var request = CreateRequest.of(call.parameters());
    var owner = owners.effective(call.caller(), call.parameters().text("owner_access_key"));
    var patient = true;
    while (true) {
      var decision = intake.decide(request, call.caller(), owner, patient);
      var existing = decision.existing();
      if (existing != null && existing.status() != SessionStatus.TERMINATING) {
        return reused(existing);
      }
      if (existing != null) {
        awaitEnd(call, existing);
        patient = false;
        continue;
      }
      var answer = enqueue(call, request, Objects.requireNonNull(decision.fresh()));
      if (answer != null) {
        return answer;
      }
    }
  }

  /** The name becomes free soon: somebody ended the old session a moment ago. */
  private void awaitEnd(Call call, SessionRow ending) throws InterruptedException {
    try (var waiter = waiters.register(ending.id())) {
      waiter.await(s -> s.status().isTerminal(), ENDING_PATIENCE, call::isAbandoned);
    }
  }

  /** Null when another request took the name meanwhile: the decision is to be made anew. */
  private @Nullable Answer enqueue(Call call, CreateRequest request, NewSession fresh)
      throws InterruptedException {
    try (var waiter = waiters.register(fresh.id())) {
      try {
        SessionInsert.insert(db, fresh);
      } catch (UniqueViolationException e) {
        if (NAME_INDEX.equals(e.getConstraint())) {
          return null;
        }
        throw e;
      }
      bus.publish(Addresses.SCHEDULER_WAKE, new SchedulerWake("session enqueued"));
      if (request.enqueueOnly()) {
        return created(fresh.id().toString(), request.name(), "PENDING", null);
      }
      return await(call, request, fresh, waiter);
    }
  }

  private Answer await(
      Call call, CreateRequest request, NewSession fresh, SessionWaiters.Waiter waiter)
      throws InterruptedException {
    var seconds = request.maxWaitSeconds();
    var state =
        waiter.await(
            s -> isDecided(s.status()),
            seconds == 0 ? null : Duration.ofSeconds(seconds),
            call::isAbandoned);
    var status = isDecided(state.status()) ? state.status().publicName() : "TIMEOUT";
    return created(fresh.id().toString(), request.name(), status, sessions.byId(fresh.id()));
  }

  /** It runs, or it never will. */
  private static boolean isDecided(SessionStatus status) {
    return switch (status) {
      case RUNNING, RESTARTING, TERMINATING, TERMINATED, ERROR, CANCELLED -> true;
      case PENDING, SCHEDULED, PREPARING, PULLING, CREATING -> false;
    };
  }

  private static Answer created(String id, String name, String status, @Nullable SessionRow row) {
    var body = new LinkedHashMap<String, Object>();
    body.put("sessionId", id);
    body.put("sessionName", name);
    body.put("status", status);
    body.put("created", true);
    body.put(
        "servicePorts",
        row == null || !status.equals("RUNNING")
            ? List.of()
            : ServicePorts.forClients(row.servicePorts()));
    if (row != null && row.statusInfo() != null) {
      body.put("statusInfo", row.statusInfo());
      body.put("statusData", row.statusData().getMap());
    }
    return Answer.created(body);
  }

  private static Answer reused(SessionRow row) {
    var ports = ServicePorts.forClients(row.servicePorts());
    var body = new LinkedHashMap<String, Object>();
    body.put("sessionId", row.id().toString());
    body.put("sessionName", row.name());
    body.put("status", row.status().publicName());
    body.put("created", false);
    body.put("servicePorts", ports);
    body.put("service_ports", ports);
    return Answer.ok(body);
  }
}
