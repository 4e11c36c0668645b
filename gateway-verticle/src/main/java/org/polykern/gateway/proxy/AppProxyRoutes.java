package org.polykern.gateway.proxy;

import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import org.polykern.common.db.Db;
import org.polykern.common.problem.Problem;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;

/** What the gateway says of the app proxy. */
public final class AppProxyRoutes {
  private static final String GROUP = "select 1 from scaling_group where name = $1";

  private final Db db;
  private final AppProxyGrants grants;

  public AppProxyRoutes(Db db, AppProxyGrants grants) {
    this.db = db;
    this.grants = grants;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.of(
            HttpMethod.GET, "/scaling-groups/:name/wsproxy-version", Access.USER, this::version));
  }

  /** Both keys: clients of different ages read different ones. */
  private Answer version(Call call) {
    var name = call.segment("name");
    if (db.query(GROUP, Tuple.of(name)).size() == 0) {
      throw Problem.notFound("scaling group", "There is no scaling group named '" + name + "'.")
          .toException();
    }
    var version = grants.isAvailable() ? "v2" : "v1";
    return Answer.ok(Map.of("wsproxy_version", version, "version", version));
  }
}
