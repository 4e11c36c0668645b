package org.polykern.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;

/** The tunnel port of an agent, with a target for each token. */
final class PretendedTunnels implements AutoCloseable {
  private static final int TOKEN = 43;

  /** What came behind the token goes to {@link #receive}. */
  static final class Target {
    final NetSocket socket;
    final Buffer received = Buffer.buffer();
    private Consumer<Buffer> receiver;

    private Target(NetSocket socket) {
      this.socket = socket;
    }

    void receive(Consumer<Buffer> next) {
      receiver = next;
    }

    private void take(Buffer bytes) {
      if (receiver != null && bytes.length() > 0) {
        receiver.accept(bytes);
      }
    }
  }

  private final ConcurrentHashMap<String, Consumer<Target>> expected = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final NetServer server;

  PretendedTunnels(Vertx vertx) {
    server =
        vertx
            .createNetServer(
                new NetServerOptions().setTcpNoDelay(true).setReceiveBufferSize(256 * 1024))
            .connectHandler(this::greet)
            .listen(0, "127.0.0.1")
            .await();
  }

  /** {@code answer} gets the connection with this token, before the answer is written. */
  Opened expect(Consumer<Target> answer) {
    var number = Integer.toString(numbers.incrementAndGet());
    var token = "t".repeat(TOKEN - number.length()) + number;
    expected.put(token, answer);
    return new Opened("127.0.0.1", server.actualPort(), token);
  }

  private void greet(NetSocket socket) {
    var target = new Target(socket);
    var head = Buffer.buffer();
    socket.handler(bytes -> {
      if (head.length() > TOKEN) {
        target.take(bytes);
        return;
      }
      head.appendBuffer(bytes);
      if (head.length() > TOKEN) {
        var answer = expected.remove(head.getString(0, TOKEN));
        if (answer == null) {
          socket.end(Buffer.buffer("-token It is not known.\n"));
        } else {
          answer.accept(target);
          target.take(head.slice(TOKEN + 1, head.length()));
        }
      }
    });
  }

  @Override
  public void close() {
    server.close().await();
  }
}
