package org.polykern.gateway.create;

import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.id.SessionId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.resource.ResourceSlots;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.session.SessionRow;
import org.polykern.gateway.session.Sessions;

/** Checks a request for a session, in the API's order. */
final class SessionIntake {
  private static final Pattern PORT = Pattern.compile("\\d{2,5}");

  /** Ports on which the runner itself listens in every container. */
  private static final Set<Integer> RUNNER_PORTS = Set.of(2000, 2001, 2002, 2003);

  private static final String AGENTS = "select id from agent";

  private static final String DEPENDENCY =
      """
      select id from session where access_key = $1 and (id::text = lower($2) or name = $2)
      order by created_at desc limit 1\
      """;

  private final Db db;
  private final Images images;
  private final Places places;
  private final Sessions sessions;
  private final InstantSource clock;

  SessionIntake(Db db, Sessions sessions, InstantSource clock) {
    this.db = db;
    this.images = new Images(db);
    this.places = new Places(db);
    this.sessions = sessions;
    this.clock = clock;
  }

  /**
   * Either a session to insert, or one that exists: to be reused, or, when it is TERMINATING, to be
   * waited for.
   */
  record Decision(@Nullable NewSession fresh, @Nullable SessionRow existing) {}

  /**
   * Throws 4xx with the reason.
   *
   * @param patient an old session of that name that is just ending is an answer, not an error
   */
  Decision decide(CreateRequest request, Caller caller, Caller owner, boolean patient) {
    var excluded = excludedAgents(request, caller);
    MountTargets.require(request.config());
    var image = images.resolve(request.image(), request.architecture());
    var existing = sessions.liveByName(owner.accessKey(), request.name());
    if (existing != null) {
      var ending = existing.status() == SessionStatus.TERMINATING;
      return new Decision(null, patient && ending ? existing : reusable(request, image, existing));
    }
    var startsAt = startTime(request);
    var domain = request.domain() == null ? owner.domain() : request.domain();
    var project = places.project(owner, domain, request.group());
    requireContainers(request, owner);
    var group = places.scalingGroup(request.config().scalingGroup());
    var granted = grant(request, image, group);
    requireFreePorts(request, image);
    var dependencies = dependencies(request, owner);
    requireNoFolders(request);
    var id = SessionId.random();
    var script = request.bootstrapScript();
    var fresh =
        new NewSession(
            id,
            request,
            owner,
            new Place(domain, project, group),
            image,
            granted,
            SystemEnvironment.of(id, request, owner, image),
            script != null
                ? script
                : owner.bootstrapScript().isEmpty() ? null : owner.bootstrapScript(),
            startsAt,
            dependencies,
            excluded);
    return new Decision(fresh, null);
  }

  /** The existing session if the request may have it; else 400 with its id. */
  private static SessionRow reusable(CreateRequest request, Image image, SessionRow existing) {
    String obstacle = null;
    if (!request.reuseIfExists()) {
      obstacle = "You asked not to reuse it.";
    } else if (!existing.image().equals(image.name())) {
      obstacle = "It runs another image, " + existing.image() + ".";
    } else if (existing.status().isTerminal() || !isUsable(existing)) {
      obstacle = "It is " + existing.status() + "; wait for its end or choose another name.";
    }
    if (obstacle != null) {
      throw new Problem(
              ProblemCode.SESSION_ALREADY_EXISTS,
              null,
              "There is a session named '" + existing.name() + "'. " + obstacle,
              Map.of("existingSessionId", existing.id().toString()))
          .toException();
    }
    return existing;
  }

  private static boolean isUsable(SessionRow row) {
    return switch (row.status()) {
      case PENDING, SCHEDULED, PREPARING, PULLING, CREATING, RUNNING, RESTARTING -> true;
      case TERMINATING, TERMINATED, ERROR, CANCELLED -> false;
    };
  }

  /** The scheduler knows agents to avoid; wanting some is avoiding all others. */
  private List<String> excludedAgents(CreateRequest request, Caller caller) {
    var wanted = request.config().agents();
    if (wanted.isEmpty()) {
      return List.of();
    }
    if (!caller.isSuperadmin()) {
      throw Problem.of(ProblemCode.INSUFFICIENT_PRIVILEGE, "Only a superadmin may choose agents.")
          .toException();
    }
    var expected = request.clusterMode().equals("multi-node") ? request.clusterSize() : 1;
    if (wanted.size() != expected) {
      throw Problem.invalid(
              "agent_list", "Expected " + expected + " agents, but got " + wanted.size() + ".")
          .toException();
    }
    var all = new HashSet<String>();
    for (var row : db.query(AGENTS, Tuple.tuple())) {
      all.add(row.getString(0));
    }
    for (var agent : wanted) {
      if (!all.contains(agent)) {
        throw Problem.invalid("agent_list", "There is no agent '" + agent + "'.").toException();
      }
    }
    wanted.forEach(all::remove);
    return List.copyOf(all);
  }

  private @Nullable OffsetDateTime startTime(CreateRequest request) {
    var command = request.startupCommand();
    if (request.isBatch() && (command == null || command.isBlank())) {
      throw Problem.invalid("startupCommand", "A batch session needs a startup command.")
          .toException();
    }
    if (request.startsAt() == null) {
      return null;
    }
    if (!request.isBatch()) {
      throw Problem.invalid("starts_at", "Only batch sessions can start later.").toException();
    }
    return StartTime.parse(request.startsAt(), clock.instant());
  }

  private static void requireContainers(CreateRequest request, Caller owner) {
    if (request.clusterSize() > owner.maxContainersPerSession()) {
      throw Problem.of(
              ProblemCode.QUOTA_EXCEEDED,
              "Expected at most "
                  + owner.maxContainersPerSession()
                  + " containers per session, but cluster_size is "
                  + request.clusterSize()
                  + ".")
          .toException();
    }
  }

  private ResourceRules.Granted grant(CreateRequest request, Image image, String group) {
    var role = image.label("ai.backend.role");
    if (role != null && !role.equalsIgnoreCase("COMPUTE")) {
      throw Problem.invalid(
              "image",
              "The image " + image.name() + " is for " + role + ", not for code execution.")
          .toException();
    }
    var units = places.units();
    var granted =
        new ResourceRules(image, units)
            .apply(request.config().resources(), request.config().shmem());
    var times = request.clusterMode().equals("single-node") ? request.clusterSize() : 1;
    var needed = new java.util.TreeMap<String, BigDecimal>();
    granted
        .slots()
        .amounts()
        .forEach((slot, amount) -> needed.put(slot, amount.multiply(BigDecimal.valueOf(times))));
    places.requireSomeAgentFits(group, image.architecture(), new ResourceSlots(needed), units);
    return granted;
  }

  private static void requireFreePorts(CreateRequest request, Image image) {
    var taken = new HashSet<>(RUNNER_PORTS);
    var services = image.label("ai.backend.service-ports");
    if (services != null) {
      PORT.matcher(services).results().forEach(found -> taken.add(Integer.valueOf(found.group())));
    }
    for (var port : request.config().preopenPorts()) {
      if (taken.contains(port)) {
        throw Problem.invalid("preopen_ports", "Port " + port + " is used by the image itself.")
            .toException();
      }
    }
  }

  private List<UUID> dependencies(CreateRequest request, Caller owner) {
    var ids = new ArrayList<UUID>();
    for (var reference : request.dependencies()) {
      var rows = db.query(DEPENDENCY, Tuple.of(owner.accessKey(), reference)).iterator();
      if (!rows.hasNext()) {
        throw new Problem(
                ProblemCode.INVALID_API_PARAMS,
                null,
                "Expected sessions of yours as dependencies, but '" + reference + "' is none.",
                Map.of("session_ref", reference))
            .toException();
      }
      ids.add(rows.next().getUUID(0));
    }
    return ids;
  }

  /** There are no virtual folders yet, so every folder is unknown. */
  private static void requireNoFolders(CreateRequest request) {
    var folders = new ArrayList<>(request.config().mounts());
    folders.addAll(request.config().mountMap().keySet());
    if (!folders.isEmpty()) {
      throw Problem.notFound(
              "virtual folder", "There is no virtual folder '" + folders.getFirst() + "'.")
          .toException();
    }
  }
}
