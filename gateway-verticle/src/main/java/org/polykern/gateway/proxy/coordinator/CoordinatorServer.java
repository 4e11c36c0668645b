package org.polykern.gateway.proxy.coordinator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Predicate;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.worker.ErrorPage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordinator's HTTP: who may ask, bodies, answers, errors. Handlers run on tasks. */
final class CoordinatorServer {
  /** What a route does; may block; a ProxyException becomes the answer. */
  @FunctionalInterface
  interface Handler {
    Told handle(Ask ask);
  }

  private static final Logger log = LoggerFactory.getLogger(CoordinatorServer.class);
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 64 * 1024;
  private static final int MAX_BODY = 1 << 20;

  private final Vertx vertx;
  private final AppProxyConfig config;
  private final Tasks tasks;
  private final Router router;

  CoordinatorServer(Vertx vertx, AppProxyConfig config, Tasks tasks) {
    this.vertx = vertx;
    this.config = config;
    this.tasks = tasks;
    this.router = Router.router(vertx);
    router.errorHandler(
        404,
        context ->
            ErrorPage.send(
                context.request(),
                ProxyError.NOT_FOUND,
                "The app proxy's coordinator has nothing under this path."));
  }

  /** For everybody who shows what the handler asks for. */
  void open(HttpMethod method, String path, Handler handler) {
    route(method, path, shown -> true, handler);
  }

  /** For who shows the secret. */
  void guarded(HttpMethod method, String path, Predicate<String> secret, Handler handler) {
    route(method, path, secret, handler);
  }

  Future<HttpServer> listen(int port) {
    var options =
        new HttpServerOptions().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS);
    if (config.usesTls()) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions().setCertPath(config.tlsCert()).setKeyPath(config.tlsKey()));
    }
    return vertx.createHttpServer(options).requestHandler(this::accept).listen(port, config.host());
  }

  private void accept(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.OPTIONS)) {
      allow(request).setStatusCode(204).end();
    } else {
      router.handle(request);
    }
  }

  private void route(HttpMethod method, String path, Predicate<String> secret, Handler handler) {
    router
        .route(method, path)
        .handler(context -> {
          if (!secret.test(shown(context.request()))) {
            refuse(
                context.request(),
                new ProxyException(
                    ProxyError.INVALID_CREDENTIALS,
                    "Expected the secret of this installation in X-BackendAI-Token."));
            return;
          }
          read(context.request())
              .onSuccess(body -> tasks.start(path, () -> answer(context, body, handler)))
              .onFailure(failure ->
                  refuse(
                      context.request(),
                      failure instanceof ProxyException e
                          ? e
                          : ProxyException.badRequest("The body broke off.")));
        });
  }

  private static Future<Buffer> read(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Long.parseLong(length) > MAX_BODY)) {
      return Future.failedFuture(tooLarge());
    }
    var total = Buffer.buffer();
    var done = io.vertx.core.Promise.<Buffer>promise();
    request.exceptionHandler(done::tryFail);
    request.handler(piece -> {
      if (total.length() + piece.length() > MAX_BODY) {
        done.tryFail(tooLarge());
      } else {
        total.appendBuffer(piece);
      }
    });
    request.endHandler(end -> done.tryComplete(total));
    return done.future();
  }

  private static ProxyException tooLarge() {
    return ProxyException.badRequest("Expected a body of at most " + MAX_BODY + " bytes.");
  }

  private void answer(RoutingContext context, Buffer body, Handler handler) {
    var request = context.request();
    try {
      send(request, handler.handle(Ask.of(request, context.pathParams(), body)));
    } catch (ProxyException e) {
      refuse(request, e);
    } catch (Throwable e) { // await() rethrows checked causes too; every request is answered
      log.error("The coordinator failed at {}", request.path(), e);
      refuse(
          request,
          new ProxyException(ProxyError.MISCONFIGURED, "Something went wrong on our side."));
    }
  }

  private static void send(HttpServerRequest request, Told told) {
    var response = allow(request);
    if (response.closed()) {
      return;
    }
    response
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("Referrer-Policy", "no-referrer")
        .setStatusCode(told.status());
    if (told.location() != null) {
      response.putHeader(HttpHeaders.LOCATION, told.location()).end();
      return;
    }
    var body = told.body();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json; charset=utf-8")
        .end((body == null ? new JsonObject() : body).encode());
  }

  private static void refuse(HttpServerRequest request, ProxyException refusal) {
    allow(request);
    ErrorPage.send(request, refusal.error(), refusal.sentence());
  }

  private static io.vertx.core.http.HttpServerResponse allow(HttpServerRequest request) {
    return request
        .response()
        .putHeader("Access-Control-Allow-Origin", "*")
        .putHeader("Access-Control-Allow-Headers", "*")
        .putHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS")
        .putHeader("Access-Control-Expose-Headers", "*");
  }

  /** The secret as it is shown: plain, or behind a scheme's name; empty when none is. */
  private static String shown(HttpServerRequest request) {
    var own = request.getHeader("X-BackendAI-Token");
    var header = own != null ? own : request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null) {
      return "";
    }
    var lower = header.toLowerCase(Locale.ROOT);
    for (var scheme : new String[] {"bearer ", "backendai "}) {
      if (lower.startsWith(scheme)) {
        return header.substring(scheme.length()).strip();
      }
    }
    return header;
  }
}
