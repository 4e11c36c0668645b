package org.polykern.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * Any origin may call and read everything, but without cookies: requests prove themselves by their
 * signature.
 */
final class Cors {
  private static final String ONE_DAY = "86400";

  private Cors() {}

  static void expose(HttpServerResponse response) {
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
  }

  /** Echoes what the browser asks for; without an origin it is no preflight and is refused. */
  static void answerPreflight(HttpServerRequest request) {
    var response = request.response();
    response.putHeader(HttpHeaders.SERVER, "BackendAI");
    if (request.getHeader(HttpHeaders.ORIGIN) == null) {
      var answer =
          ProblemDocument.of(
              Problem.of(ProblemCode.FORBIDDEN, "A preflight request needs an Origin header."));
      response
          .setStatusCode(answer.status())
          .putHeader(HttpHeaders.CONTENT_TYPE, Answer.PROBLEM)
          .end(answer.body());
      return;
    }
    expose(response);
    echo(request, "Access-Control-Request-Method", "Access-Control-Allow-Methods");
    echo(request, "Access-Control-Request-Headers", "Access-Control-Allow-Headers");
    response.putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, ONE_DAY);
    response.setStatusCode(200).end();
  }

  private static void echo(HttpServerRequest request, String asked, String allowed) {
    var value = request.getHeader(asked);
    if (value != null) {
      request.response().putHeader(allowed, value);
    }
  }
}
