package org.polykern.gateway.stream;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
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
  private static final long FAREWELL_MS = 30_000;

  private final Vertx vertx;
  private final LiveStreams live;
  private final SessionId session;
  private final ServerWebSocket socket;
  private final Context loop;
  private final FrameSplice splice;
  private @Nullable NetSocket tunnel;
  private boolean broken;

  /** Takes the socket over; to be called on its event loop. */
  static void begin(
      Vertx vertx,
      Tunnels tunnels,
      LiveStreams live,
      SessionId session,
      ServerWebSocket socket,
      ChannelPipeline connection,
      Opened opened) {
    var made = new TunnelSocket(vertx, live, session, socket, connection);
    live.add(session, made);
    tunnels.greet(opened).onSuccess(made::attach).onFailure(made::fail);
  }

  private TunnelSocket(
      Vertx vertx,
      LiveStreams live,
      SessionId session,
      ServerWebSocket socket,
      ChannelPipeline connection) {
    this.vertx = vertx;
    this.live = live;
    this.session = session;
    this.socket = socket;
    this.loop = vertx.getOrCreateContext();
    socket.setWriteQueueMaxSize(QUEUE_BYTES);
    socket.closeHandler(end -> over());
    splice = new FrameSplice(socket, connection, KeepAlive.begin(vertx, socket, this::isListening));
  }

  private boolean isListening() {
    return splice.isListening();
  }

  private void attach(NetSocket opened) {
    if (socket.isClosed()) {
      opened.close();
      return;
    }
    tunnel = opened;
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
    splice.connect(opened);
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
