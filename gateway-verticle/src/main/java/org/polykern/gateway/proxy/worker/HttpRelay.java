package org.polykern.gateway.proxy.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.polykern.gateway.proxy.ProxyError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to apps and their answers, as streams: neither is ever held whole. A WebSocket is two
 * streams of bytes once both sides have agreed on it, so frames, sub-protocols, pings and close
 * codes pass as they are.
 */
final class HttpRelay implements AutoCloseable {
  static final int MAX_LINE = 16 * 1024;
  static final int MAX_HEADERS = 64 * 1024;
  static final int MAX_CHUNK = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(HttpRelay.class);
  private static final int POOL = 100_000;

  /** Shorter than any server's, so that a request seldom meets a connection that closes. */
  private static final int IDLE_S = 2;

  private final Vertx vertx;
  private final HttpClient http1;
  private final HttpClient http2;
  private final AppHeaders headers;
  private final Duration answerTimeout;

  HttpRelay(Vertx vertx, AppHeaders headers, Duration answerTimeout) {
    this.vertx = vertx;
    this.headers = headers;
    this.answerTimeout = answerTimeout;
    this.http1 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAliveTimeout(IDLE_S)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxChunkSize(MAX_CHUNK),
            new PoolOptions().setHttp1MaxSize(POOL).setCleanerPeriod(1_000));
    this.http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2KeepAliveTimeout(IDLE_S),
            new PoolOptions().setHttp2MaxSize(POOL).setCleanerPeriod(1_000));
  }

  /** One request and what becomes of it; confined to the front connection's event loop. */
  private final class Exchange {
    final HttpServerRequest request;
    final Served served;
    final Path socket;
    final String host;
    final HostAndPort authority;
    final long began = System.nanoTime();
    boolean timedOut;
    boolean over;
    boolean upgraded;
    long timer = -1;
    long seen;
    @Nullable HttpClientRequest out;

    Exchange(
        HttpServerRequest request, Served served, Path socket, String host, HostAndPort authority) {
      this.request = request;
      this.served = served;
      this.socket = socket;
      this.host = host;
      this.authority = authority;
    }

    void start(boolean mayRepeat) {
      var options =
          new RequestOptions()
              .setServer(SocketAddress.domainSocketAddress(socket.toString()))
              .setHost("app")
              .setPort(80)
              .setMethod(request.method())
              .setURI(request.uri());
      var client = served.circuit().protocol().isHttp2() ? http2 : http1;
      client
          .request(options)
          .onSuccess(made -> send(made, mayRepeat))
          .onFailure(failure -> fail(failure, false));
    }

    private void send(HttpClientRequest made, boolean mayRepeat) {
      out = made;
      if (over) {
        made.reset();
        return;
      }
      made.authority(authority);
      headers.request(request, host, served.circuit(), made.headers());
      made.exceptionHandler(failure -> log.trace("A request to an app failed", failure));
      awaitAnswer();
      answer(made).onSuccess(this::answered).onFailure(failure -> fail(failure, mayRepeat));
    }

    private Future<HttpClientResponse> answer(HttpClientRequest made) {
      if (Doorkeeper.isUpgrade(request) && !hasBody(request)) {
        made.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        made.putHeader(HttpHeaders.UPGRADE, "websocket");
        return made.connect();
      }
      if (!hasBody(request)) {
        request.resume();
        return made.send();
      }
      if (!made.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
        made.setChunked(true);
      }
      return made.send(request);
    }

    /** The clock stands still while the request's own body comes in. */
    private void awaitAnswer() {
      seen = request.bytesRead();
      timer =
          vertx.setTimer(
              answerTimeout.toMillis(),
              fired -> {
                if (request.bytesRead() != seen) {
                  awaitAnswer();
                } else if (out != null) {
                  timedOut = true;
                  out.reset();
                }
              });
    }

    private void answered(HttpClientResponse in) {
      vertx.cancelTimer(timer);
      if (in.statusCode() == 101) {
        upgrade(in);
        return;
      }
      var response = request.response();
      response.setStatusCode(in.statusCode());
      if (request.version() != HttpVersion.HTTP_2 && in.statusMessage() != null) {
        response.setStatusMessage(in.statusMessage());
      }
      AppHeaders.answer(in.headers(), served.circuit(), response.headers());
      if (isBodiless(in)) {
        in.resume();
        response.end();
        finish();
        return;
      }
      if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
        response.setChunked(true);
        response.writeHead(); // an event stream may stay silent for long
      }
      in.pipe()
          .endOnSuccess(false)
          .endOnFailure(false)
          .to(response)
          .onSuccess(done -> {
            in.trailers().forEach(response.trailers()::add);
            response.end();
            finish();
          })
          .onFailure(failure -> {
            log.debug("An app's answer broke off: {}", failure.toString());
            response.reset();
            abort();
          });
    }

    private boolean isBodiless(HttpClientResponse in) {
      var status = in.statusCode();
      return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    private void upgrade(HttpClientResponse in) {
      upgraded = true;
      var app = in.netSocket();
      app.pause();
      var response = request.response();
      AppHeaders.answer(in.headers(), served.circuit(), response.headers());
      response
          .putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
          .putHeader(HttpHeaders.UPGRADE, "websocket");
      request
          .toNetSocket()
          .onSuccess(client -> join(client, app))
          .onFailure(failure -> {
            app.close();
            finish();
          });
    }

    private void join(NetSocket client, NetSocket app) {
      Future.join(client.pipeTo(app), app.pipeTo(client))
          .onComplete(done -> {
            client.close();
            app.close();
            finish();
          });
      app.resume();
    }

    private void fail(Throwable failure, boolean mayRepeat) {
      vertx.cancelTimer(timer);
      if (over) {
        return;
      }
      var why = served.failureSince(began);
      if (why == null && mayRepeat && !timedOut && !served.isClosed()) {
        // The app closed a connection that had served before; nothing of this request was seen.
        start(false);
        return;
      }
      if (timedOut || (why != null && why.isTimeout())) {
        ErrorPage.send(
            request,
            ProxyError.TIMEOUT,
            why == null
                ? "The app did not answer within " + answerTimeout.toSeconds() + " s."
                : why.sentence());
      } else {
        log.debug("A request to an app failed: {}", failure.toString());
        ErrorPage.send(
            request,
            ProxyError.UNREACHABLE,
            why == null ? "The app closed the connection without an answer." : why.sentence());
      }
      finish();
    }

    /** The client is gone, or the answer is broken. */
    void abort() {
      if (out != null) {
        out.reset();
      }
      finish();
    }

    private void finish() {
      if (!over) {
        over = true;
        vertx.cancelTimer(timer);
        served.end();
      }
    }
  }

  /** Takes the request over, which must be paused; to be called on its event loop. */
  void relay(HttpServerRequest request, Served served, Path socket) {
    var host = hostOf(request);
    var authority = host == null ? null : HostAndPort.parseAuthority(host, -1);
    if (host == null || authority == null || !request.uri().startsWith("/")) {
      ErrorPage.send(
          request, ProxyError.BAD_REQUEST, "Expected a Host and a path, but got neither or one.");
      return;
    }
    served.begin();
    var exchange = new Exchange(request, served, socket, host, authority);
    request.response().exceptionHandler(failure -> exchange.abort());
    request
        .response()
        .closeHandler(closed -> {
          if (!exchange.over && !exchange.upgraded) {
            exchange.abort();
          }
        });
    var repeatable =
        (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
            && !hasBody(request);
    exchange.start(repeatable);
  }

  private static @Nullable String hostOf(HttpServerRequest request) {
    var host = request.getHeader(HttpHeaders.HOST);
    if (host != null) {
      return request.headers().getAll(HttpHeaders.HOST).size() == 1 ? host : null;
    }
    var authority = request.authority();
    return authority == null ? null : authority.toString();
  }

  private static boolean hasBody(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      return !request.isEnded();
    }
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  @Override
  public void close() {
    http1.close();
    http2.close();
  }
}
