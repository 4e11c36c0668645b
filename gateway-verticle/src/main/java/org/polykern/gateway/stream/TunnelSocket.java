package org.polykern.gateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.id.SessionId;
import org.polykern.gateway.stream.TunnelException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a service over a client's WebSocket: binary messages, whose borders mean nothing;
 * texts are ignored. Confined to the socket's event loop.
 */
final class TunnelSocket implements LiveStreams.LiveStream {
  private static final Logger log = LoggerFactory.getLogger(TunnelSocket.class);
  private static final int QUEUE_BYTES = 512 * 1024;
  private static final int MAX_MESSAGE = 256 * 1024;
  private static final long FAREWELL_MS = 30_000;

  private final Vertx vertx;
  private final LiveStreams live;
  private final SessionId session;
  private final ServerWebSocket socket;
  private final Context loop;
  private final Runnable heard;
  private @Nullable NetSocket tunnel;
  private Future<Void> written = Future.succeededFuture();
  private boolean inBinary;
  private boolean ended; // the client's direction
  private boolean broken;

  /** Takes the socket over; to be called on its event loop. */
  static void begin(
      Vertx vertx,
      Tunnels tunnels,
      LiveStreams live,
      SessionId session,
      ServerWebSocket socket,
      Opened opened) {
    var made = new TunnelSocket(vertx, live, session, socket);
    live.add(session, made);
    tunnels.open(opened).onSuccess(made::attach).onFailure(made::fail);
  }

  private TunnelSocket(Vertx vertx, LiveStreams live, SessionId session, ServerWebSocket socket) {
    this.vertx = vertx;
    this.live = live;
    this.session = session;
    this.socket = socket;
    this.loop = vertx.getOrCreateContext();
    socket.setWriteQueueMaxSize(QUEUE_BYTES);
    socket.pause();
    socket.frameHandler(this::hear);
    socket.closeHandler(end -> over());
    this.heard = KeepAlive.begin(vertx, socket, () -> tunnel != null && !tunnel.writeQueueFull());
  }

  private void attach(NetSocket opened) {
    if (socket.isClosed()) {
      opened.close();
      return;
    }
    tunnel = opened;
    opened.handler(bytes -> {
      if (socket.isClosed()) {
        return; // its handler runs later
      }
      for (var from = 0; from < bytes.length(); from += MAX_MESSAGE) {
        socket.writeBinaryMessage(bytes.slice(from, Math.min(bytes.length(), from + MAX_MESSAGE)));
      }
      if (socket.writeQueueFull()) {
        opened.pause();
      }
    });
    socket.drainHandler(drained -> opened.resume());
    opened.drainHandler(drained -> socket.resume());
    opened.exceptionHandler(failure -> {
      log.debug("A service's stream failed: {}", failure.toString());
      broken = true;
    });
    opened.endHandler(end -> {
      if (broken) {
        CloseCode.INTERNAL.close(socket, "The connection to the service broke.");
      } else {
        CloseCode.GOING_AWAY.close(socket, "The service closed the connection.");
      }
    });
    opened.resume();
    socket.resume();
  }

  private void hear(WebSocketFrame frame) {
    heard.run();
    if (!frame.isContinuation()) {
      inBinary = frame.isBinary();
    }
    var open = tunnel;
    if (!inBinary || open == null || ended) {
      return;
    }
    Buffer data = frame.binaryData();
    if (data.length() > 0) {
      written = open.write(data);
      if (open.writeQueueFull()) {
        socket.pause();
      }
    } else if (!frame.isContinuation() && frame.isFinal()) {
      ended = true;
      Tunnels.endOutput(open, written);
    }
  }

  private void fail(Throwable failure) {
    var refused =
        failure instanceof TunnelException e
            && (e.reason() == Reason.REFUSED || e.reason() == Reason.UNREACHABLE);
    if (!(failure instanceof TunnelException)) {
      log.error("A tunnel to a service of session {} failed", session, failure);
    }
    var code = refused ? CloseCode.TRY_AGAIN : CloseCode.INTERNAL;
    code.close(
        socket,
        failure instanceof TunnelException e
            ? String.valueOf(e.getMessage())
            : "Something went wrong on our side.");
  }

  private void over() {
    live.remove(session, this);
    var open = tunnel;
    if (open != null) {
      open.end(); // what was written before goes out, if the service reads it
      vertx.setTimer(FAREWELL_MS, late -> open.close());
    }
  }

  @Override
  public void sessionEnded() {
    loop.runOnContext(go -> CloseCode.GOING_AWAY.close(socket, "The session has ended."));
  }

  @Override
  public void gatewayStops() {
    loop.runOnContext(
        go -> CloseCode.RESTART.close(socket, "The gateway stops; please connect again."));
  }
}
