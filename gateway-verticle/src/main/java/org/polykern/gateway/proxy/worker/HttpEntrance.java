package org.polykern.gateway.proxy.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.AppProxyConfig;
import org.polykern.gateway.proxy.ProxyError;
import org.polykern.gateway.proxy.ProxyException;
import org.polykern.gateway.proxy.Worker;

/** Where browsers come in: from the address to the circuit, past the doorkeeper, to the relay. */
final class HttpEntrance {
  /** A circuit in service and the socket that leads to it. */
  record Door(Served served, Path socket) {}

  private final Vertx vertx;
  private final AppProxyConfig config;
  private final Doorkeeper doorkeeper;
  private final SetupPage setup;
  private final HttpRelay relay;
  private final Supplier<Worker> self;

  HttpEntrance(
      Vertx vertx,
      AppProxyConfig config,
      Doorkeeper doorkeeper,
      SetupPage setup,
      HttpRelay relay,
      Supplier<Worker> self) {
    this.vertx = vertx;
    this.config = config;
    this.doorkeeper = doorkeeper;
    this.setup = setup;
    this.relay = relay;
    this.self = self;
  }

  /** Serves one circuit on a port of its own. Fails with BindException when it is taken. */
  Future<HttpServer> listen(int port, Door door) {
    return listen(port, request -> door);
  }

  /**
   * Serves many circuits on one port.
   *
   * @param finder by the request's host name; null = unknown
   */
  Future<HttpServer> listen(int port, Function<HttpServerRequest, @Nullable Door> finder) {
    return vertx
        .createHttpServer(options(config))
        .requestHandler(request -> enter(request, finder.apply(request)))
        .invalidRequestHandler(request ->
            ErrorPage.send(request, ProxyError.BAD_REQUEST, "This is not a request of HTTP."))
        .listen(port, config.host());
  }

  static HttpServerOptions options(AppProxyConfig config) {
    var options =
        new HttpServerOptions()
            .setHandle100ContinueAutomatically(true)
            .setMaxInitialLineLength(HttpRelay.MAX_LINE)
            .setMaxHeaderSize(HttpRelay.MAX_HEADERS)
            .setMaxChunkSize(HttpRelay.MAX_CHUNK)
            .setTcpKeepAlive(true);
    if (config.usesTls()) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions().setCertPath(config.tlsCert()).setKeyPath(config.tlsKey()));
    }
    return options;
  }

  private void enter(HttpServerRequest request, @Nullable Door door) {
    try {
      if (door == null || door.served().isClosed()) {
        throw new ProxyException(
            ProxyError.UNKNOWN_NAME, "There is no app under this name (any more).");
      }
      var circuit = door.served().circuit();
      doorkeeper.requireAddress(request, circuit);
      var claims = circuit.inference() ? null : setup.claims(request);
      if (claims != null && circuit.id().toString().equals(claims.getString("circuit"))) {
        setup.enter(request, circuit, claims, self.get().baseOf(circuit));
        return;
      }
      doorkeeper.requireLeave(request, circuit);
      request.pause();
      relay.relay(request, door.served(), door.socket());
    } catch (ProxyException e) {
      ErrorPage.send(request, e.error(), e.sentence());
    }
  }
}
