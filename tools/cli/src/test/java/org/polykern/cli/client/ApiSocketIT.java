package org.polykern.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.polykern.cli.StreamServer;
import org.polykern.cli.StreamServer.Peer;

class ApiSocketIT {
  private static final String TARGET = "/stream/session/mine/execute";

  private static ApiClient client(StreamServer server) {
    return new ApiClient(ClientConfig.load(server.environment(), Path.of("")));
  }

  private static void echo(Peer peer) throws IOException {
    while (true) {
      var frame = peer.next();
      var payload = new byte[frame.payload().remaining()];
      frame.payload().get(payload);
      switch (frame.type()) {
        case StreamServer.TEXT, StreamServer.BINARY -> peer.send(frame.type(), true, payload);
        case StreamServer.CLOSE -> {
          peer.send(StreamServer.CLOSE, true, payload);
          return;
        }
        default -> throw new IOException("unexpected frame " + frame.type());
      }
    }
  }

  @Test
  void shouldCarryMessagesBothWaysAndSayGoodbye() throws Exception {
    try (var server = new StreamServer(ApiSocketIT::echo);
        var api = client(server);
        var socket = api.socket(TARGET + "?a=b%20c", "polykern.terminal.v1")) {
      assertThat(server.targets()).containsExactly(TARGET + "?a=b%20c");
      assertThat(socket.subprotocol()).isEqualTo("polykern.terminal.v1");
      socket.send("héllo");
      assertThat(socket.next()).isEqualTo(new ApiSocket.Text("héllo"));
      var bytes = new byte[300_000];
      bytes[299_999] = 7;
      socket.send(ByteBuffer.wrap(bytes));
      assertThat(socket.next()).isEqualTo(new ApiSocket.Binary(ByteBuffer.wrap(bytes)));
      assertThat(socket.next(Duration.ofMillis(1))).isNull();
      var heard = socket.heardNanos();
      socket.ping();
      Awaitility.await().until(() -> socket.heardNanos() != heard);
      socket.close(1000, "bye");
      assertThat(socket.next()).isEqualTo(new ApiSocket.End(1000, "bye"));
      assertThat(socket.next()).isInstanceOf(ApiSocket.End.class);
      assertThatThrownBy(() -> socket.send("late")).isInstanceOf(UnreachableException.class);
    }
  }

  @Test
  void shouldPutMessagesInPiecesTogether() throws Exception {
    try (var server =
            new StreamServer(peer -> {
              var bytes = "añb".getBytes(StandardCharsets.UTF_8);
              peer.send(StreamServer.TEXT, false, java.util.Arrays.copyOf(bytes, 2));
              peer.send(StreamServer.PING, true, new byte[0]);
              peer.send(0, true, java.util.Arrays.copyOfRange(bytes, 2, bytes.length));
              peer.send(StreamServer.BINARY, false, new byte[] {1});
              peer.send(0, false, new byte[] {2});
              peer.send(0, true, new byte[] {3});
              assertThat(peer.next().type()).isEqualTo(StreamServer.PONG);
              peer.close(1012, "restarting");
              peer.next();
            });
        var api = client(server);
        var socket = api.socket(TARGET, null)) {
      assertThat(socket.subprotocol()).isEmpty();
      assertThat(socket.next()).isEqualTo(new ApiSocket.Text("añb"));
      assertThat(socket.next())
          .isEqualTo(new ApiSocket.Binary(ByteBuffer.wrap(new byte[] {1, 2, 3})));
      assertThat(socket.next()).isEqualTo(new ApiSocket.End(1012, "restarting"));
    }
  }

  @Test
  void shouldTellABrokenConnectionFromACloseMessage() throws Exception {
    // Not before they were heard: the JDK forgets what it has not handed out when a break comes.
    var heard = new CompletableFuture<Void>();
    try (var server =
            new StreamServer(peer -> {
              peer.send("last words");
              heard.join();
            });
        var api = client(server);
        var socket = api.socket(TARGET, null)) {
      assertThat(socket.next()).isEqualTo(new ApiSocket.Text("last words"));
      heard.complete(null);
      assertThat(((ApiSocket.End) socket.next()).code()).isEqualTo(ApiSocket.BROKEN);
    }
  }

  @Test
  void shouldNotReadAheadOfItsCaller() throws Exception {
    var sent = new AtomicInteger();
    var stuck = new CompletableFuture<Boolean>();
    try (var server =
            new StreamServer(peer -> {
              while (sent.get() < 4000) {
                peer.send("x".repeat(64 * 1024));
                sent.incrementAndGet();
              }
              stuck.complete(false);
              peer.next();
            });
        var api = client(server);
        var socket = api.socket(TARGET, null)) {
      // The writer stops where the kernel's buffers are full, long before 256 MB.
      var before = new AtomicInteger();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(300))
          .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
      assertThat(stuck).isNotDone();
      assertThat(sent.get()).isLessThan(1000);
      for (var i = 0; i < 4000; i++) {
        assertThat(socket.next()).isInstanceOf(ApiSocket.Text.class);
      }
      assertThat(stuck.join()).isFalse();
    }
  }

  @Test
  void shouldTellRefusalsAndMissingServers() throws Exception {
    ApiClient api;
    try (var server = new StreamServer(ApiSocketIT::echo)) {
      api = client(server);
      assertThatThrownBy(() -> api.socket("/stream/session/nosuch/execute", null))
          .isInstanceOf(ApiException.class)
          .hasMessage("No such session.");
    }
    assertThatThrownBy(() -> api.socket(TARGET, null))
        .isInstanceOf(UnreachableException.class)
        .matches(e -> !((UnreachableException) e).sent());
    api.close();
  }
}
