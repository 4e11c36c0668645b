package org.polykern.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.gateway.stream.TunnelException.Reason;

class TunnelsIT {
  private final Vertx vertx = Vertx.vertx();
  private final Tunnels tunnels = new Tunnels(vertx);
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    tunnels.close();
    vertx.close().await();
  }

  private Future<NetSocket> openAt(Consumer<NetSocket> agent) {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(socket ->
                socket.handler(bytes -> {
                  heard.add(bytes.toString());
                  if (heard.size() == 1) {
                    agent.accept(socket);
                  }
                }))
            .listen(0, "127.0.0.1")
            .await();
    return tunnels.open(new Opened("127.0.0.1", server.actualPort(), "t".repeat(43)));
  }

  private static String read(NetSocket socket, int bytes) {
    Promise<String> all = Promise.promise();
    var got = Buffer.buffer();
    socket.handler(piece -> {
      got.appendBuffer(piece);
      if (got.length() >= bytes) {
        all.tryComplete(got.toString());
      }
    });
    socket.resume();
    return all.future().await();
  }

  @Test
  void shouldSendTheTokenAndHandOverWhatCameWithTheAnswer() {
    var socket = openAt(agent -> agent.write("+\nfirst").onSuccess(sent -> agent.write(" second")));
    assertThat(read(socket.await(), 12)).isEqualTo("first second");
    assertThat(heard).containsExactly("t".repeat(43) + "\n");
  }

  @Test
  void shouldReadAnAnswerThatComesInPieces() {
    var socket =
        openAt(agent ->
            agent
                .write("+")
                .onSuccess(sent -> agent.write("\n").onSuccess(again -> agent.write("later"))));
    assertThat(read(socket.await(), 5)).isEqualTo("later");
  }

  @Test
  void shouldTellWhyThereIsNoTunnel() {
    refused(
        agent -> agent.end(Buffer.buffer("-refused Nobody is there.\n")),
        Reason.REFUSED,
        "Nobody is there.");
  }

  @Test
  void shouldTellThatTheKernelIsGone() {
    refused(
        agent -> agent.end(Buffer.buffer("-gone It has ended.\n")), Reason.GONE, "It has ended.");
  }

  @Test
  void shouldNotTakeSilenceForConsent() {
    refused(NetSocket::close, Reason.UNREACHABLE, "without an answer");
  }

  @Test
  void shouldNotTakeNonsenseForConsent() {
    refused(agent -> agent.write("x".repeat(5000)), Reason.UNREACHABLE, "nonsense");
  }

  private void refused(Consumer<NetSocket> agent, Reason reason, String sentence) {
    var socket = openAt(agent);
    assertThatThrownBy(socket::await)
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(sentence);
  }

  @Test
  void shouldFailWhereNoAgentListens() {
    var server =
        vertx.createNetServer().connectHandler(socket -> {}).listen(0, "127.0.0.1").await();
    var port = server.actualPort();
    server.close().await();
    assertThatThrownBy(() -> tunnels.open(new Opened("127.0.0.1", port, "t")).await())
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE));
  }
}
