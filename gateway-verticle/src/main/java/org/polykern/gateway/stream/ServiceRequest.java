package org.polykern.gateway.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand.Service;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.http.Parameters;

/**
 * Which service, and how it is to be started.
 *
 * @param port container port, null = the first
 */
record ServiceRequest(
    String app, @Nullable Integer port, Map<String, String> envs, Map<String, Object> arguments) {
  private static final List<String> TUNNELLED = List.of("tcp", "http", "preopen", "vnc", "rdp");

  /** Throws 400. */
  static ServiceRequest of(Parameters parameters) {
    var app = parameters.requiredText("app", "service");
    var port =
        parameters.has("port") && !"".equals(parameters.text("port"))
            ? Integer.valueOf(parameters.integer(0, 1024, 65535, "port"))
            : null;
    var envs = parameters.object("envs");
    var arguments = parameters.object("arguments", "args");
    return new ServiceRequest(
        app,
        port,
        envs == null ? Map.of() : envs.asTexts(),
        arguments == null ? Map.of() : argumentsOf(parameters, arguments.asPlain()));
  }

  private static Map<String, Object> argumentsOf(Parameters parameters, Map<String, Object> given) {
    var result = new LinkedHashMap<String, Object>();
    given.forEach((name, value) -> {
      switch (value) {
        case null -> result.put(name, null);
        case List<?> list -> result.put(name, list.stream().map(String::valueOf).toList());
        case Map<?, ?> map ->
            throw parameters.invalid(
                "arguments", "Expected a text or a list of texts as argument " + name + ".");
        default -> result.put(name, value.toString());
      }
    });
    return result;
  }

  /** The one that is meant; throws 404, or 400 when it or the port cannot be had. */
  Service in(List<Service> services) {
    var found =
        services.stream()
            .filter(service -> service.name().equals(app))
            .findFirst()
            .orElseThrow(() -> unknown(app));
    if (!TUNNELLED.contains(found.protocol())) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "Expected a service that speaks http or tcp, but "
                  + app
                  + " is a service for "
                  + found.protocol()
                  + ".")
          .toException();
    }
    if (port != null && !found.ports().contains(port)) {
      throw Problem.of(
              ProblemCode.BAD_REQUEST,
              "Expected a port of " + app + " " + found.ports() + ", but got " + port + ".")
          .toException();
    }
    return found;
  }

  static RuntimeException unknown(String app) {
    return Problem.notFound("app service", "This session has no service named '" + app + "'.")
        .toException();
  }
}
