package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Thousands of clients that wait, beside hundreds of terminals that are used. */
class StreamCrowdIT {
  private static final int MOST_IDLE = 5_000;
  private static final int TERMINALS = 200;
  private static final int AT_ONCE = 50;

  /** The client, both ends of its tunnel and the gateway live in this process: four files. */
  private static final int FILES_EACH = 4;

  private static final int OTHER_FILES = 2_000;

  /** The gateway's budget is 150 KiB; the others get as much together. */
  private static final long BYTES_EACH = 2 * 150 * 1024;

  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);

  @Test
  void shouldServeTerminalsInACrowdOfIdleClients() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var room = (system.getMaxFileDescriptorCount() - OTHER_FILES) / FILES_EACH - TERMINALS;
    var count = (int) Math.min(MOST_IDLE, room);
    Assumptions.assumeTrue(count >= 1000, "Left out the crowd: this process may open few files");
    assertThat(user.post("/session", Bodies.session("crowd", "maxWaitSeconds", 5)).status())
        .isEqualTo(201);
    var vertx = Vertx.vertx();
    try (var tunnels = new PretendedTunnels(world.vertx)) {
      world.cluster.onStream =
          command ->
              tunnels.expect(target -> {
                target.socket.write("+\n");
                target.receive(target.socket::write); // what is typed is what is shown
              });
      var before = usedHeap();
      var idle = connect(vertx, "/stream/session/crowd/pty?terminal=idle", count);
      var terminals =
          connect(vertx, "/stream/session/crowd/pty", TERMINALS, "polykern.terminal.v1");
      var echoed = new AtomicInteger();
      for (var terminal : terminals) {
        terminal.binaryMessageHandler(bytes -> {
          assertThat(bytes.getString(1, bytes.length())).isEqualTo("key");
          echoed.incrementAndGet();
        });
      }
      for (var round = 1; round <= 10; round++) {
        var expected = round * TERMINALS;
        terminals.forEach(t -> t.writeBinaryMessage(Buffer.buffer("\1key")));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> echoed.get() == expected);
      }
      assertThat(idle).noneMatch(WebSocket::isClosed);
      assertThat(terminals).noneMatch(WebSocket::isClosed);
      assertThat(usedHeap() - before).isLessThan((count + TERMINALS) * BYTES_EACH);
      assertThat(user.get("/session/crowd").status()).isEqualTo(200);
    } finally {
      vertx.close().await();
    }
  }

  private List<WebSocket> connect(Vertx vertx, String target, int count, String... protocols) {
    var client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(count));
    var all = new ArrayList<WebSocket>();
    while (all.size() < count) {
      var batch = new ArrayList<Future<WebSocket>>();
      for (var i = 0; i < Math.min(AT_ONCE, count - all.size()); i++) {
        var options =
            new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(world.gateway.port())
                .setURI(target)
                .setSubProtocols(List.of(protocols));
        user.headerLines(target)
            .lines()
            .forEach(line ->
                options.putHeader(
                    line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
        batch.add(client.connect(options));
      }
      batch.forEach(one -> all.add(one.await()));
    }
    return all;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
