package org.polykern.gateway.proxy.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.function.Supplier;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.CircuitRepository;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker's own address: the end of the hand-over for circuits that speak no HTTP. */
final class WorkerApi {
  private static final Logger log = LoggerFactory.getLogger(WorkerApi.class);

  private final Vertx vertx;
  private final AppProxyConfig config;
  private final Tasks tasks;
  private final CircuitRepository circuits;
  private final SetupPage setup;
  private final Supplier<Worker> self;

  WorkerApi(
      Vertx vertx,
      AppProxyConfig config,
      Tasks tasks,
      CircuitRepository circuits,
      SetupPage setup,
      Supplier<Worker> self) {
    this.vertx = vertx;
    this.config = config;
    this.tasks = tasks;
    this.circuits = circuits;
    this.setup = setup;
    this.self = self;
  }

  Future<HttpServer> listen(int port) {
    return vertx
        .createHttpServer(HttpEntrance.options(config))
        .requestHandler(this::handle)
        .listen(port, config.host());
  }

  private void handle(HttpServerRequest request) {
    if (request.path() != null && request.path().equals("/health")) {
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(new JsonObject().put("status", "ok").encode());
      return;
    }
    if (request.method().equals(io.vertx.core.http.HttpMethod.OPTIONS)) {
      SetupPage.unstored(request.response()).setStatusCode(204).end();
      return;
    }
    try {
      var claims = setup.claims(request);
      if (claims == null) {
        throw new ProxyException(
            ProxyError.INVALID_CREDENTIALS,
            "Expected a fresh link from the coordinator. Open the app from where you started it.");
      }
      tasks.start("setup", () -> setUp(request, claims));
    } catch (ProxyException e) {
      ErrorPage.send(request, e.error(), e.sentence());
    }
  }

  private void setUp(HttpServerRequest request, JsonObject claims) {
    try {
      var circuit = circuits.find(UUID.fromString(claims.getString("circuit")));
      if (circuit == null || circuit.port() == null) {
        throw ProxyException.notFound("This address of the app is gone.");
      }
      setup.tell(request, circuit, claims, self.get());
    } catch (ProxyException e) {
      ErrorPage.send(request, e.error(), e.sentence());
    } catch (Throwable e) { // await() rethrows checked causes too; every request is answered
      log.error("A set-up failed", e);
      ErrorPage.send(request, ProxyError.MISCONFIGURED, "Something went wrong on our side.");
    }
  }
}
