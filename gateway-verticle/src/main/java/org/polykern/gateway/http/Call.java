package org.polykern.gateway.http;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.auth.RequestHead;

/**
 * A request that passed every check, as handlers see it.
 *
 * @param identity null on anonymous routes
 * @param head the request as it came over the wire
 * @param target the request's target as it came, for answers that repeat it
 */
public record Call(
    ApiVersion version,
    RequestHead head,
    String target,
    @Nullable Caller identity,
    Map<String, String> path,
    Parameters parameters,
    List<UploadedFile> files,
    MultiMap headers,
    BooleanSupplier clientGone) {
  /** Who calls; throws 401 on an anonymous route, which would be a mistake in the route table. */
  public Caller caller() {
    if (identity == null) {
      throw Problem.of(ProblemCode.AUTH_FAILED, "Unauthorized access").toException();
    }
    return identity;
  }

  /** A decoded path parameter, which the route must have. */
  public String segment(String name) {
    var value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("This route has no path parameter " + name);
    }
    return value;
  }

  /** A header's first value, null when it is missing. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The client closed its connection: nobody will read the answer. */
  public boolean isAbandoned() {
    return clientGone.getAsBoolean();
  }
}
