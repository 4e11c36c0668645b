package org.polykern.gateway.stream;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.gateway.stream.TunnelException.Reason;

/** Connections to the tunnel ports of agents: one for each stream. */
public final class Tunnels implements AutoCloseable {
  private static final int CONNECT_MS = 5_000;

  /** The agent connects to its target before it answers. */
  private static final int ANSWER_MS = 15_000;

  private static final int QUEUE_BYTES = 64 * 1024;

  /**
   * What the machine holds for us while we do not read. Left to itself, it grows to megabytes, and
   * the key that stops a flood would take effect behind all of them.
   */
  private static final int RECEIVE_BYTES = 256 * 1024;

  private final NetClient client;

  public Tunnels(Vertx vertx) {
    this.client =
        vertx.createNetClient(
            new NetClientOptions()
                .setConnectTimeout(CONNECT_MS)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReceiveBufferSize(RECEIVE_BYTES));
  }

  /**
   * The stream behind a token; never blocks. Fails with a {@link TunnelException}. Called on an
   * event loop, the stream lives on it.
   *
   * @return the stream, paused: set its handlers, then resume it. Its end closes both directions.
   */
  public Future<NetSocket> open(Opened opened) {
    return greet(opened).onSuccess(socket -> TunnelAnswer.leave(pipeline(socket)));
  }

  /**
   * The same, for one who puts a reader of his own before the socket's: nothing is read before
   * {@link TunnelAnswer#leave}.
   */
  Future<NetSocket> greet(Opened opened) {
    return client
        .connect(opened.port(), opened.host())
        .recover(failure ->
            Future.failedFuture(
                new TunnelException(
                    Reason.UNREACHABLE, "The agent's tunnel port cannot be reached.", failure)))
        .compose(socket -> greet(socket, opened.token()));
  }

  private static Future<NetSocket> greet(NetSocket socket, String token) {
    var answer = new TunnelAnswer();
    socket.pause();
    socket.setWriteQueueMaxSize(QUEUE_BYTES);
    pipeline(socket).addFirst(answer);
    socket.write(token + "\n");
    return answer
        .answered()
        .timeout(ANSWER_MS, TimeUnit.MILLISECONDS)
        .recover(failure -> {
          socket.close();
          return Future.failedFuture(
              failure instanceof TunnelException
                  ? failure
                  : new TunnelException(
                      Reason.UNREACHABLE, "The agent's tunnel did not answer in time.", failure));
        })
        .map(socket);
  }

  static ChannelPipeline pipeline(NetSocket tunnel) {
    return ((NetSocketInternal) tunnel).channelHandlerContext().pipeline();
  }

  /** Closes every tunnel. */
  @Override
  public void close() {
    client.close();
  }
}
