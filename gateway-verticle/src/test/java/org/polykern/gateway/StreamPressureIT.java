package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.Service;

/** Streams whose other end does not read, goes away, or is asked to leave. */
class StreamPressureIT {
  private static final String RAW = "polykern.terminal.v1";
  private static final int AT_ONCE = 64;
  private static final int PIECE = 16 * 1024;

  /** Of all queues and socket buffers between a program and a client, the machine's included. */
  private static final long ON_THE_WAY = 40L << 20;

  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final Vertx vertx = Vertx.vertx();
  private final PretendedTunnels tunnels = new PretendedTunnels(world.vertx);
  private final AtomicLong flooded = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger everOpened = new AtomicInteger();

  @AfterEach
  void close() {
    vertx.close().await();
    tunnels.close();
  }

  private void create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
  }

  /** Every terminal and service floods whoever looks at it, as fast as it is read. */
  private void floodEveryone(boolean framed) {
    var piece = Buffer.buffer();
    if (framed) {
      piece.appendByte((byte) 1).appendMedium(PIECE);
    }
    piece.appendBytes(new byte[PIECE]);
    world.cluster.onStream =
        command ->
            switch (command) {
              case StreamCommand.ListServices list ->
                  new Outcome.Services(
                      List.of(new Service("flood", "tcp", List.of(5000), null, null, null)));
              case StreamCommand.StartService start -> new Outcome.Started(true);
              default ->
                  tunnels.expect(target -> {
                    target.socket.write("+\n");
                    flood(target.socket, piece);
                  });
            };
  }

  private void flood(NetSocket socket, Buffer piece) {
    var closed = new boolean[1];
    socket.closeHandler(end -> closed[0] = true);
    Runnable pour =
        new Runnable() {
          @Override
          public void run() {
            for (var i = 0; i < AT_ONCE && !closed[0] && !socket.writeQueueFull(); i++) {
              socket.write(piece);
              flooded.addAndGet(PIECE);
            }
            if (!closed[0] && !socket.writeQueueFull()) {
              // A closed socket is never full; its handler must get a turn to say so.
              world.vertx.getOrCreateContext().runOnContext(again -> run());
            }
          }
        };
    socket.drainHandler(drained -> pour.run());
    pour.run();
  }

  private WebSocket connect(String target, String... protocols) {
    var options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(world.gateway.port())
            .setURI(target)
            .setSubProtocols(List.of(protocols));
    for (var line : user.headerLines(target).lines().toList()) {
      options.putHeader(
          line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
    }
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxFrameSize(1 << 20)
                // Machines differ in what they would give.
                .setReceiveBufferSize(256 * 1024));
    return client.connect(options).await();
  }

  private void awaitStandstill() {
    var last = new AtomicLong(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(() -> last.getAndSet(flooded.get()) == flooded.get());
  }

  private void shouldHoldUp(WebSocket socket) throws Exception {
    socket.pause();
    awaitStandstill();
    assertThat(flooded.get()).isLessThan(ON_THE_WAY);
    // Whoever reads again gets more than what was on the way.
    var read = new AtomicLong();
    socket.handler(bytes -> read.addAndGet(bytes.length()));
    socket.resume();
    Awaitility.await().until(() -> read.get() > ON_THE_WAY);
    socket.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldHoldUpATerminalThatNobodyReads() throws Exception {
    create("press-raw");
    floodEveryone(true);
    shouldHoldUp(connect("/stream/session/press-raw/pty", RAW));
  }

  @Test
  void shouldHoldUpATerminalInJsonThatNobodyReads() throws Exception {
    create("press-json");
    floodEveryone(true);
    shouldHoldUp(connect("/stream/session/press-json/pty"));
  }

  @Test
  void shouldHoldUpAServiceThatNobodyReads() throws Exception {
    create("press-app");
    floodEveryone(false);
    shouldHoldUp(connect("/stream/session/press-app/tcpproxy?app=flood"));
  }

  @Test
  void shouldSendNoMoreThanAClientHasRoomFor() throws Exception {
    create("press-window");
    floodEveryone(true);
    var socket = connect("/stream/session/press-window/pty", RAW);
    socket.pause();
    socket.writeBinaryMessage(Buffer.buffer(new byte[] {6, 0, 0, 0, 0}));
    awaitStandstill(); // what was sent before it promised to count is not counted
    var read = new AtomicLong();
    socket.handler(bytes -> read.addAndGet(bytes.length()));
    socket.resume();
    var before = new AtomicLong(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(500))
        .until(() -> before.getAndSet(read.get()) == read.get());
    var stopped = read.get();
    socket.writeBinaryMessage(Buffer.buffer().appendByte((byte) 6).appendUnsignedInt(600 * 1024));
    Awaitility.await().until(() -> read.get() >= stopped + 100 * 1024);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(500))
        .until(() -> before.getAndSet(read.get()) == read.get());
    assertThat(read.get() - stopped).isBetween(100L * 1024, 800L * 1024);
    socket.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldNotReadFromAClientFasterThanTheProgramDoes() throws Exception {
    create("press-input");
    var targets = new CopyOnWriteArrayList<NetSocket>();
    world.cluster.onStream =
        command ->
            tunnels.expect(target -> {
              target.socket.write("+\n");
              target.socket.pause();
              targets.add(target.socket);
            });
    var socket = connect("/stream/session/press-input/pty", RAW);
    var sent = new AtomicLong();
    var enough = new AtomicBoolean();
    var piece = Buffer.buffer(new byte[PIECE]).setByte(0, (byte) 1);
    Runnable pour =
        () -> {
          while (!enough.get() && !socket.writeQueueFull()) {
            socket.writeBinaryMessage(piece);
            sent.addAndGet(PIECE);
          }
        };
    socket.drainHandler(drained -> pour.run());
    pour.run();
    var last = new AtomicLong(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(() -> last.getAndSet(sent.get()) == sent.get());
    assertThat(sent.get()).isLessThan(ON_THE_WAY);
    targets.getFirst().resume();
    Awaitility.await().until(() -> sent.get() > 2 * ON_THE_WAY);
    enough.set(true);
    socket.shutdown(0, TimeUnit.SECONDS, (short) 1000, null).await(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldLeaveNothingBehindWhenConnectionsAreCutAtRandom() {
    create("press-cut");
    var random = new Random(20261121);
    world.cluster.onStream =
        command ->
            tunnels.expect(target -> {
              everOpened.incrementAndGet();
              open.incrementAndGet();
              target.socket.closeHandler(end -> open.decrementAndGet());
              target.socket.write("+\n");
              if (random.nextInt(4) == 0) {
                target.socket.close();
              } else {
                target.socket.write(
                    Buffer.buffer().appendByte((byte) 1).appendMedium(4).appendString("text"));
              }
            });
    var cuts = new ArrayList<TestSocket>();
    for (var i = 0; i < 200; i++) {
      cuts.add(TestSocket.open(user, "/stream/session/press-cut/pty"));
      if (random.nextBoolean()) {
        cuts.remove(random.nextInt(cuts.size())).cut();
      }
    }
    cuts.forEach(TestSocket::cut);
    assertThat(everOpened.get()).isGreaterThanOrEqualTo(190);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(open).hasValue(0));
  }

  @Test
  void shouldAskClientsToComeBackWhenTheGatewayStops() throws Exception {
    create("press-stop");
    floodEveryone(true);
    var gateway =
        new GatewayVerticle(
            GatewayConfig.onPort(0), world.dbConfig, world.redisConfig, world.secrets);
    // Its bus is the world's, where the pretended agent is.
    var deployment = world.vertx.deployVerticle(gateway).await();
    var client = new SignedClient(gateway.port(), TestWorld.USER_KEY, TestWorld.SECRET);
    world.cluster.onStream = command -> tunnels.expect(target -> target.socket.write("+\n"));
    try (var socket = TestSocket.open(client, "/stream/session/press-stop/pty")) {
      var stopped = world.vertx.undeploy(deployment);
      assertThat(socket.closeCode()).isEqualTo(1012);
      stopped.await(20, TimeUnit.SECONDS);
    }
  }
}
