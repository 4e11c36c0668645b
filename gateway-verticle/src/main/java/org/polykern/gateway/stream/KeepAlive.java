package org.polykern.gateway.stream;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.BooleanSupplier;

/**
 * Pings a client now and then, so that nothing between us takes its connection for dead, and closes
 * it when nothing comes back. Confined to the socket's event loop.
 */
final class KeepAlive {
  private static final long PERIOD_MS = 30_000;
  private static final int MAX_UNANSWERED = 3;

  private final ServerWebSocket socket;
  private final BooleanSupplier listening;
  private int unanswered;

  /**
   * Begins; ends when the socket closes.
   *
   * @param listening false while we do not read from the client, which then cannot answer
   * @return what must be called for everything that the client sends
   */
  static Runnable begin(Vertx vertx, ServerWebSocket socket, BooleanSupplier listening) {
    var made = new KeepAlive(socket, listening);
    vertx.setPeriodic(PERIOD_MS, timer -> made.tick(vertx, timer));
    socket.pongHandler(pong -> made.unanswered = 0);
    return () -> made.unanswered = 0;
  }

  private KeepAlive(ServerWebSocket socket, BooleanSupplier listening) {
    this.socket = socket;
    this.listening = listening;
  }

  private void tick(Vertx vertx, long timer) {
    if (socket.isClosed()) {
      vertx.cancelTimer(timer);
    } else if (unanswered >= MAX_UNANSWERED) {
      CloseCode.INTERNAL.close(socket, "Nothing was heard from the client.");
    } else if (listening.getAsBoolean() && !socket.writeQueueFull()) {
      // One that does not read would get its pings in a heap, and one that we do not read from
      // cannot be heard; the machine notices when such a one is gone.
      unanswered++;
      socket.writePing(Buffer.buffer());
    }
  }
}
