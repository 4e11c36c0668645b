package org.polykern.gateway.event;

import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.BodyKind;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.http.Parameters;
import org.polykern.gateway.http.Reply;

/** {@code /events/session} and {@code /events/background-task}. */
public final class EventRoutes {
  private static final String ANY = "*";
  private static final String PROJECTS =
      """
      select p.id from project p where p.name = $1 and ($2 or exists (
        select from project_member m where m.project_id = p.id and m.user_id = $3)
        or ($4 and p.domain_name = $5))\
      """;

  private final Db db;
  private final Owners owners;
  private final EventFeed feed;
  private final BackgroundTasks background;
  private final TaskWatch watch;

  public EventRoutes(
      Db db, Owners owners, EventFeed feed, BackgroundTasks background, TaskWatch watch) {
    this.db = db;
    this.owners = owners;
    this.feed = feed;
    this.background = background;
    this.watch = watch;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        endpoint("/events/session", this::session),
        endpoint("/events/background-task", this::backgroundTask));
  }

  private static Endpoint endpoint(String path, Endpoint.Handler handler) {
    return new Endpoint(HttpMethod.GET, List.of(path), Access.USER, BodyKind.NONE, handler);
  }

  private Reply session(Call call) {
    var parameters = call.parameters();
    var filter = filter(call.caller(), parameters);
    var after = lastEventId(call);
    return new Reply.EventStream(response -> feed.subscribe(response, filter, after));
  }

  private EventFilter filter(Caller caller, Parameters parameters) {
    var owner = wanted(parameters.text("owner_access_key", "ownerAccessKey"));
    if (owner != null) {
      owner = owners.effective(caller, owner).accessKey();
    }
    var id = parameters.text("sessionId", "session_id");
    var name = id == null ? wanted(parameters.text("sessionName", "name")) : null;
    if (owner == null && name != null) {
      owner = caller.accessKey(); // names are unique for one owner only
    }
    var group = wanted(parameters.text("group", "groupName"));
    return new EventFilter(
        caller,
        owner,
        id == null ? null : uuid(parameters, "sessionId", id),
        name,
        group == null ? null : project(caller, group),
        scope(parameters));
  }

  private static @Nullable String wanted(@Nullable String text) {
    return text == null || text.isEmpty() || text.equals(ANY) ? null : text;
  }

  private static @Nullable String scope(Parameters parameters) {
    var scope = wanted(parameters.text("scope"));
    if (scope != null && !scope.equals("session") && !scope.equals("kernel")) {
      throw parameters.invalid("scope", "Expected *, session or kernel, but got " + scope + ".");
    }
    return scope;
  }

  private static UUID uuid(Parameters parameters, String name, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw parameters.invalid(name, "Expected a UUID, but got '" + text + "'.");
    }
  }

  private UUID project(Caller caller, String name) {
    var found =
        db.query(
                PROJECTS,
                Tuple.of(
                    name,
                    caller.isSuperadmin(),
                    caller.userId(),
                    caller.isDomainAdmin(),
                    caller.domain()))
            .iterator();
    if (!found.hasNext()) {
      throw Problem.of(ProblemCode.OBJECT_NOT_FOUND, "No such project: " + name + ".")
          .toException();
    }
    return found.next().getUUID(0);
  }

  /** Something else than one of our ids is as good as none: it may be another server's. */
  private static @Nullable Long lastEventId(Call call) {
    var id = call.header("Last-Event-ID");
    return id != null && id.matches("\\d{1,18}") ? Long.valueOf(id) : null;
  }

  private Reply backgroundTask(Call call) {
    var parameters = call.parameters();
    var id = uuid(parameters, "task_id", parameters.requiredText("task_id", "taskId"));
    var caller = call.caller();
    var task =
        background
            .find(id)
            .filter(found -> caller.isSuperadmin() || found.userId().equals(caller.userId()))
            .orElseThrow(() ->
                Problem.of(ProblemCode.OBJECT_NOT_FOUND, "No such background task.").toException());
    return new Reply.EventStream(response -> watch.watch(task, response));
  }
}
