package org.polykern.gateway.http;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.auth.Authenticator;
import org.polykern.gateway.auth.Caller;
import org.polykern.gateway.auth.RequestHead;
import org.polykern.gateway.auth.TerminalPasses;
import org.polykern.gateway.rate.RateLimit;
import org.polykern.gateway.rate.UseCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns endpoints into a router, and does for each request what is the same for all. */
public final class Edge {
  /** Route metadata: the {@link Access} that the route declares. */
  public static final String ACCESS = "access";

  private static final Answer EVENTS = new Answer(200, "text/event-stream", Buffer.buffer());

  private static final Logger log = LoggerFactory.getLogger(Edge.class);
  private static final short TOO_BIG = 1009;
  private static final String PREFIX = "versionPrefix";
  private static final String TARGET = "target";
  private static final Pattern VERSIONED = Pattern.compile("/v([2-9])(/.*)?");

  /**
   * @param body of a request in bytes
   * @param upload all of a multipart body in bytes
   * @param requests in work at the same time
   */
  public record Limits(long body, long upload, int requests) {}

  /**
   * From a request in work to a stream, which is none any more.
   *
   * @param loop of the connection
   * @param leave may be called twice
   */
  private record Way(Context loop, Runnable leave) {
    void over(Runnable stream) {
      loop.runOnContext(go -> {
        leave.run();
        stream.run();
      });
    }
  }

  private final Tasks tasks;
  private final Authenticator authenticator;
  private final TerminalPasses passes;
  private final RateLimit rateLimit;
  private final UseCounters counters;
  private final Limits limits;
  private final AtomicInteger inWork = new AtomicInteger();

  public Edge(
      Tasks tasks,
      Authenticator authenticator,
      TerminalPasses passes,
      RateLimit rateLimit,
      UseCounters counters,
      Limits limits) {
    this.tasks = tasks;
    this.authenticator = authenticator;
    this.passes = passes;
    this.rateLimit = rateLimit;
    this.counters = counters;
    this.limits = limits;
  }

  /** Literal paths must come before those with parameters: the first match wins. */
  public Router router(Vertx vertx, List<Endpoint> endpoints) {
    var router = Router.router(vertx);
    router
        .route()
        .putMetadata(ACCESS, Access.ANONYMOUS) // decides nothing, only rewrites
        .handler(Edge::rewrite);
    for (var endpoint : endpoints) {
      for (var path : endpoint.paths()) {
        router
            .route(endpoint.method(), path)
            .putMetadata(ACCESS, endpoint.access())
            .handler(context -> accept(context, endpoint));
      }
    }
    router.errorHandler(
        404, context -> send(context, ProblemDocument.unknownPath(targetOf(context)), null));
    router.errorHandler(405, Edge::wrongMethod);
    router.errorHandler(
        400, context -> send(context, ProblemDocument.of(badRequest(context)), null));
    router.errorHandler(500, context -> send(context, failed(context), null));
    return router;
  }

  /** CORS preflights, X-Method-Override and /vN; then on to the routes. */
  private static void rewrite(RoutingContext context) {
    var request = context.request();
    if (context.get(PREFIX) != null) {
      context.next();
      return;
    }
    var override = request.getHeader("X-Method-Override");
    var method =
        override == null ? request.method() : HttpMethod.valueOf(override.toUpperCase(Locale.ROOT));
    if (method.equals(HttpMethod.OPTIONS)) {
      Cors.answerPreflight(request);
      return;
    }
    String path;
    try {
      path = context.normalizedPath();
    } catch (IllegalArgumentException e) {
      send(context, ProblemDocument.of(badPath()), null);
      return;
    }
    context.put(TARGET, request.uri()); // a reroute changes the request's own
    var versioned = VERSIONED.matcher(path);
    var matches = versioned.matches();
    context.put(PREFIX, matches ? Integer.valueOf(versioned.group(1)) : Integer.valueOf(0));
    if (matches || override != null) {
      var rest = matches ? versioned.group(2) : path;
      context.reroute(method, rest == null ? "/" : rest);
    } else {
      context.next();
    }
  }

  private void accept(RoutingContext context, Endpoint endpoint) {
    if (inWork.incrementAndGet() > limits.requests) {
      inWork.decrementAndGet();
      send(context, ProblemDocument.of(overloaded()), null);
      return;
    }
    var left = new AtomicBoolean();
    Runnable leave =
        () -> {
          if (left.compareAndSet(false, true)) {
            inWork.decrementAndGet();
          }
        };
    context.addEndHandler(end -> leave.run());
    var limit = endpoint.body() == BodyKind.FILES ? limits.upload : limits.body;
    var loop = context.vertx().getOrCreateContext();
    RequestBody.read(context.request(), endpoint.body(), limit)
        .onSuccess(body ->
            tasks.start(
                endpoint.method() + " " + endpoint.paths().getFirst(),
                () -> process(context, endpoint, body, new Way(loop, leave))))
        .onFailure(failure -> send(context, answerTo(failure), null));
  }

  private void process(RoutingContext context, Endpoint endpoint, RequestBody body, Way way) {
    RateLimit.Reading reading = null;
    Reply reply;
    try {
      var request = context.request();
      Integer prefix = context.get(PREFIX);
      var named = request.getHeader("X-BackendAI-Version");
      var version =
          ApiVersion.of(
              named != null ? named : request.getHeader("X-Sorna-Version"),
              prefix == null || prefix == 0 ? null : prefix);
      Caller caller = null;
      if (endpoint.access() != Access.ANONYMOUS) {
        caller = callerOf(endpoint.access(), headOf(context), body);
        requireRole(endpoint.access(), caller);
        reading = rateLimit.count(caller);
        reading.requireWithin();
        counters.usedKey(caller.accessKey());
      }
      reply = endpoint.handler().handle(callOf(context, version, caller, body));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reply = answerTo(e);
    } catch (Throwable e) { // await() rethrows checked causes too; every request is answered
      reply = answerTo(e);
    }
    var measured = reading;
    switch (reply) {
      case Answer answer -> send(context, answer, measured);
      case Reply.Upgrade upgrade -> way.over(() -> upgrade(context, upgrade, measured));
      case Reply.EventStream events -> way.over(() -> stream(context, events, measured));
    }
  }

  private Caller callerOf(Access access, RequestHead head, RequestBody body) {
    var byCookie = access == Access.TERMINAL ? passes.callerOf(head) : null;
    return byCookie != null ? byCookie : authenticator.authenticate(head, body.bytes());
  }

  /** From here on the socket is its handlers' affair. */
  private static void upgrade(
      RoutingContext context, Reply.Upgrade upgrade, RateLimit.@Nullable Reading reading) {
    var request = context.request();
    if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
      send(context, ProblemDocument.of(noUpgrade()), reading);
      return;
    }
    request
        .toWebSocket()
        .onSuccess(socket -> {
          socket.exceptionHandler(failure -> refuseNonsense(socket, failure));
          var connection = (ConnectionBase) request.connection();
          upgrade.begin().accept(socket, connection.channelHandlerContext().pipeline());
        })
        .onFailure(failure -> log.debug("A WebSocket was not opened: {}", failure.toString()));
  }

  /** Says why; behind a broken frame Vert.x closes the connection, but without a word. */
  private static void refuseNonsense(ServerWebSocket socket, Throwable failure) {
    log.debug("A WebSocket failed: {}", failure.toString());
    if (socket.isClosed()) {
      return;
    }
    if (failure instanceof CorruptedWebSocketFrameException broken) {
      var status = broken.closeStatus();
      socket.close((short) status.code(), status.reasonText());
    } else if (failure instanceof IllegalStateException) { // of a message in too many frames
      socket.close(TOO_BIG, "Expected a message of at most 16 MiB.");
    }
  }

  private static void stream(
      RoutingContext context, Reply.EventStream events, RateLimit.@Nullable Reading reading) {
    var response = context.response();
    if (response.closed()) {
      return;
    }
    discardBody(context.request());
    headers(response, EVENTS, reading);
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true);
    events.begin().accept(response);
  }

  /** A body that nobody wanted must not block the connection. */
  private static void discardBody(HttpServerRequest request) {
    if (!request.isEnded()) {
      request.resume();
    }
  }

  private static Problem noUpgrade() {
    return Problem.of(
        ProblemCode.BAD_REQUEST,
        "Expected a WebSocket (Connection: Upgrade, Upgrade: websocket), but this is a plain"
            + " request.");
  }

  private static Call callOf(
      RoutingContext context, ApiVersion version, @Nullable Caller caller, RequestBody body) {
    var response = context.response();
    var target = targetOf(context);
    return new Call(
        version,
        headOf(context),
        target,
        caller,
        context.pathParams(),
        Parameters.of(target, body.bytes().getBytes()),
        body.files(),
        context.request().headers(),
        response::closed);
  }

  private static RequestHead headOf(RoutingContext context) {
    var request = context.request();
    return new RequestHead(
        effectiveMethod(context),
        targetOf(context),
        hostOf(request),
        request.headers(),
        request.remoteAddress().hostAddress(),
        request.isSSL());
  }

  /** As it came, before any rerouting. */
  private static String targetOf(RoutingContext context) {
    String target = context.get(TARGET);
    return target == null ? context.request().uri() : target;
  }

  private static String hostOf(HttpServerRequest request) {
    var header = request.getHeader(HttpHeaders.HOST);
    if (header != null) {
      return header;
    }
    var authority = request.authority(); // HTTP/2 has no Host header
    return authority == null ? "" : authority.toString();
  }

  private static String effectiveMethod(RoutingContext context) {
    var override = context.request().getHeader("X-Method-Override");
    return override == null ? context.request().method().name() : override.toUpperCase(Locale.ROOT);
  }

  private static void requireRole(Access access, Caller caller) {
    var allowed =
        switch (access) {
          case ANONYMOUS, USER, TERMINAL -> true;
          case ADMIN -> caller.isAnyAdmin();
          case SUPERADMIN -> caller.isSuperadmin();
        };
    if (!allowed) {
      throw Problem.of(ProblemCode.AUTH_FAILED, "Unauthorized access").toException();
    }
  }

  private static Answer answerTo(Throwable failure) {
    if (failure instanceof ProblemException e) {
      return ProblemDocument.of(e.problem());
    }
    if (isDatabaseAway(failure)) {
      log.warn("A server behind the gateway does not answer: {}", failure.toString());
      return ProblemDocument.of(
          Problem.of(
              ProblemCode.UNAVAILABLE, "The database does not answer; please try again later."));
    }
    var incident = java.util.UUID.randomUUID().toString().substring(0, 8);
    log.error("Request failed (incident {})", incident, failure);
    return ProblemDocument.of(
        new Problem(
            ProblemCode.INTERNAL,
            null,
            "Something went wrong on our side; the server's log has it as incident "
                + incident
                + ".",
            Map.of("incident", incident)));
  }

  private static boolean isDatabaseAway(Throwable failure) {
    if (failure instanceof DatabaseException e && e.getSqlState() != null) {
      // Connection broken, out of resources, shutting down.
      var state = e.getSqlState();
      return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
    }
    return failure instanceof IOException || failure instanceof ClosedConnectionException;
  }

  private Problem overloaded() {
    return Problem.of(
        ProblemCode.UNAVAILABLE,
        "The gateway has " + limits.requests + " requests in work; please try again later.");
  }

  /** For requests that are not even HTTP. */
  public static void answerInvalid(HttpServerRequest request) {
    var cause = request.decoderResult().cause();
    var answer =
        ProblemDocument.of(
            Problem.of(
                ProblemCode.BAD_REQUEST,
                "Malformed HTTP request: " + (cause == null ? "unknown" : cause.getMessage())));
    request
        .response()
        .setStatusCode(answer.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Answer.PROBLEM)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(answer.body());
  }

  private static Problem badPath() {
    return Problem.of(ProblemCode.BAD_REQUEST, "The path is not percent-encoded correctly.");
  }

  private static Problem badRequest(RoutingContext context) {
    var failure = context.failure();
    return Problem.of(
        ProblemCode.BAD_REQUEST,
        failure == null || failure.getMessage() == null
            ? "The request line is malformed."
            : failure.getMessage());
  }

  private static Answer failed(RoutingContext context) {
    var failure = context.failure();
    return answerTo(failure == null ? new IllegalStateException("Unknown failure") : failure);
  }

  private static void wrongMethod(RoutingContext context) {
    send(
        context,
        ProblemDocument.of(
            Problem.of(
                ProblemCode.METHOD_NOT_ALLOWED,
                effectiveMethod(context)
                    + " is not possible at "
                    + context.request().path()
                    + ".")),
        null);
  }

  private static void send(
      RoutingContext context, Answer answer, RateLimit.@Nullable Reading reading) {
    var response = context.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response.setStatusCode(answer.status());
    headers(response, answer, reading);
    discardBody(context.request());
    if (answer.status() == 204) {
      response.end();
    } else {
      response.end(answer.body());
    }
  }

  private static void headers(
      HttpServerResponse response, Answer answer, RateLimit.@Nullable Reading reading) {
    response.putHeader(HttpHeaders.SERVER, "BackendAI");
    Cors.expose(response);
    answer.headers().forEach(response::putHeader);
    var type = answer.contentType();
    if (type != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    }
    if (reading != null) {
      reading.headers().forEach(response::putHeader);
    } else if (answer.status() < 400) {
      RateLimit.ANONYMOUS.headers().forEach(response::putHeader);
    }
  }
}
