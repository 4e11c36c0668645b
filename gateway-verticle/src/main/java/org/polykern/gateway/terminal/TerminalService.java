package org.polykern.gateway.terminal;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Parameters;
import org.polykern.gateway.stream.TerminalViews;
import org.polykern.gateway.stream.VirtualService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service {@code ttyd} of every session: the terminal's page over the session's terminal {@code
 * main}, behind a tunnel. It looks like an agent's tunnel port, on the loopback: whoever connects
 * shows a token that is good once, and is spliced with a web server that talks to nobody else. That
 * server knows its visitors by the ports of the splices.
 */
public final class TerminalService implements VirtualService, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TerminalService.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int TOKEN = 43;
  private static final long TOKEN_MS = 60_000;
  private static final long PREFACE_MS = 5_000;
  private static final int MAX_MESSAGE = (1 << 20) + 1;

  private record Visitor(String accessKey, String session) {}

  private final Vertx vertx;
  private final Tasks tasks;
  private final TerminalViews views;
  private final TerminalPage page = TerminalPage.ofService();
  private final ConcurrentHashMap<String, Visitor> expected = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Visitor> inside = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final NetClient client;
  private volatile @Nullable HttpServer web;
  private volatile @Nullable NetServer greeter;
  private volatile int entrance;

  public TerminalService(Vertx vertx, Tasks tasks, TerminalViews views) {
    this.vertx = vertx;
    this.tasks = tasks;
    this.views = views;
    this.client = vertx.createNetClient();
  }

  /** Listens. */
  public Future<Void> start() {
    var options =
        new HttpServerOptions()
            .setMaxWebSocketFrameSize(MAX_MESSAGE)
            .setMaxWebSocketMessageSize(MAX_MESSAGE)
            .addWebSocketSubProtocol("polykern.terminal.v1")
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::serve)
        .listen(0, LOOPBACK)
        .compose(listening -> {
          web = listening;
          return vertx.createNetServer().connectHandler(this::greet).listen(0, LOOPBACK);
        })
        .onSuccess(listening -> {
          greeter = listening;
          entrance = listening.actualPort();
        })
        .mapEmpty();
  }

  /** Ends every visit. */
  @Override
  public void close() {
    var listening = greeter;
    if (listening != null) {
      listening.close();
    }
    var server = web;
    if (server != null) {
      server.close();
    }
    client.close();
  }

  @Override
  public String name() {
    return "ttyd";
  }

  @Override
  public Opened open(String accessKey, String session) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    expected.put(token, new Visitor(accessKey, session));
    vertx.setTimer(TOKEN_MS, late -> expected.remove(token));
    return new Opened(LOOPBACK, entrance, token);
  }

  private void greet(NetSocket socket) {
    var late = vertx.setTimer(PREFACE_MS, timer -> socket.close());
    var head = Buffer.buffer();
    socket.handler(bytes -> {
      head.appendBuffer(bytes);
      if (head.length() > TOKEN) {
        vertx.cancelTimer(late);
        socket.pause();
        socket.handler(null);
        var visitor =
            head.getByte(TOKEN) == '\n' ? expected.remove(head.getString(0, TOKEN)) : null;
        if (visitor == null) {
          socket.end(Buffer.buffer("-token It was used, has expired, or was never given.\n"));
        } else {
          letIn(socket, visitor, head.getBuffer(TOKEN + 1, head.length()));
        }
      }
    });
  }

  private void letIn(NetSocket socket, Visitor visitor, Buffer first) {
    var server = web;
    if (server == null) {
      socket.close();
      return;
    }
    client
        .connect(server.actualPort(), LOOPBACK)
        .onSuccess(inner -> {
          var port = inner.localAddress().port();
          inside.put(port, visitor);
          inner.closeHandler(end -> inside.remove(port));
          socket.write("+\n");
          if (first.length() > 0) {
            inner.write(first);
          }
          splice(socket, inner);
          splice(inner, socket);
        })
        .onFailure(failure -> {
          log.warn("The terminal's own server is not reached: {}", failure.toString());
          socket.end(Buffer.buffer("-refused The terminal's page is not served.\n"));
        });
  }

  private static void splice(NetSocket from, NetSocket to) {
    from.pipeTo(to).onFailure(failure -> to.close());
  }

  private void serve(HttpServerRequest request) {
    var visitor = inside.get(request.remoteAddress().port());
    if (visitor == null) {
      request.connection().close(); // somebody on this machine who came past the entrance
      return;
    }
    var path = request.path();
    if (path != null && path.equals("/ws")) {
      openTerminal(request, visitor);
      return;
    }
    var file = "/".equals(path) ? page.page() : path == null ? null : page.file(path.substring(1));
    if (file == null) {
      request.response().setStatusCode(404).end();
    } else {
      send(request, file);
    }
  }

  private void openTerminal(HttpServerRequest request, Visitor visitor) {
    var upgrade = "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE));
    if (!upgrade || !isOwnPage(request)) {
      request.response().setStatusCode(upgrade ? 403 : 400).end();
      return;
    }
    request.pause();
    Context loop = vertx.getOrCreateContext();
    tasks.start(
        "ttyd",
        () -> {
          try {
            var size = Parameters.ofQuery(request.uri());
            var begin = views.open(visitor.accessKey, visitor.session, "main", size);
            loop.runOnContext(go -> request.toWebSocket().onSuccess(begin::accept));
          } catch (ProblemException e) {
            loop.runOnContext(go -> {
              request.response().setStatusCode(e.problem().code().status()).end();
              request.resume();
            });
          }
        });
  }

  /** Pages of other sites may connect to a port of the user's machine, too. */
  private static boolean isOwnPage(HttpServerRequest request) {
    var origin = request.getHeader(HttpHeaders.ORIGIN);
    return origin == null
        || origin.replaceFirst("^https?://", "").equals(request.getHeader(HttpHeaders.HOST));
  }

  private static void send(HttpServerRequest request, Answer answer) {
    var response = request.response().setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    var type = answer.contentType();
    if (type != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    }
    response.end(answer.body());
  }
}
