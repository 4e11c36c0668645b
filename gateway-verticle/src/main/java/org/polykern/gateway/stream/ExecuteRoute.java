package org.polykern.gateway.stream;

import io.vertx.core.Vertx;
import java.util.List;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.http.Reply;
import org.polykern.gateway.rate.UseCounters;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.run.KernelTargets;

/** Runs whose output comes over a WebSocket. */
public final class ExecuteRoute {
  private final Owners owners;
  private final KernelTargets targets;
  private final ExecuteStream.Surroundings surroundings;

  public ExecuteRoute(
      Vertx vertx,
      Tasks tasks,
      Owners owners,
      KernelTargets targets,
      KernelCalls calls,
      UseCounters counters,
      LiveStreams live) {
    this.owners = owners;
    this.targets = targets;
    this.surroundings = new ExecuteStream.Surroundings(vertx, tasks, calls, counters, live);
  }

  public List<Endpoint> endpoints() {
    return List.of(Endpoint.sessionStream("/:session/execute", Access.USER, this::execute));
  }

  private Reply execute(Call call) {
    var owner = call.parameters().text("owner_access_key");
    var key = owners.effective(call.caller(), owner).accessKey();
    var session = targets.resolve(key, call.segment("session")).session();
    return new Reply.Upgrade(socket -> ExecuteStream.begin(surroundings, socket, key, session));
  }
}
