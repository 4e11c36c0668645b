package org.polykern.agent.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.id.KernelId;

/** Tunnels between real sockets, with either transport. */
abstract class TunnelContract {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final KernelId kernel = KernelId.random();
  private final Tunnels tunnels;
  private ServerSocket service;

  TunnelContract(Transport transport) {
    tunnels = Tunnels.listen("127.0.0.1", 0, "127.0.0.1", transport, nanos::get);
  }

  @BeforeEach
  void listen() throws IOException {
    service = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    tunnels.close();
    service.close();
  }

  private Opened open() {
    return tunnels.give(kernel, target(), Tunnels.TOKEN_LIFE);
  }

  private Target target() {
    return Target.service("127.0.0.1", service.getLocalPort());
  }

  private static Socket say(Opened opened, String preface) throws IOException {
    var socket = new Socket(opened.host(), opened.port());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(preface.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  private static Socket connect(Opened opened) throws IOException {
    var socket = say(opened, opened.token() + "\n");
    assertThat(line(socket)).isEqualTo("+");
    return socket;
  }

  private static String line(Socket socket) throws IOException {
    var line = new StringBuilder();
    for (var c = socket.getInputStream().read(); c >= 0 && c != '\n'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString();
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldPassWhatCameWithThePreface() throws Exception {
    var opened = open();
    try (var client = say(opened, opened.token() + "\nearly");
        var server = service.accept()) {
      assertThat(line(client)).isEqualTo("+");
      assertThat(server.getInputStream().readNBytes(5)).asString().isEqualTo("early");
      server.getOutputStream().write("answer".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(client.getInputStream().readNBytes(6)).asString().isEqualTo("answer");
    }
  }

  @Test
  void shouldSayTheOpeningFirst() throws Exception {
    var target =
        new Target(
            "127.0.0.1",
            service.getLocalPort(),
            new Bytes("secret\n".getBytes(StandardCharsets.ISO_8859_1)),
            true);
    var opened = tunnels.give(kernel, target, Tunnels.TOKEN_LIFE);
    try (var client = say(opened, opened.token() + "\nkeys");
        var server = service.accept()) {
      assertThat(line(client)).isEqualTo("+");
      assertThat(server.getInputStream().readNBytes(11)).asString().isEqualTo("secret\nkeys");
    }
  }

  @Test
  void shouldCloseEachDirectionByItself() throws Exception {
    try (var client = connect(open());
        var server = service.accept()) {
      client.getOutputStream().write("question".getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      assertThat(rest(server)).isEqualTo("question");
      server.getOutputStream().write("answer".getBytes(StandardCharsets.ISO_8859_1));
      server.shutdownOutput();
      assertThat(rest(client)).isEqualTo("answer");
      Awaitility.await().until(() -> tunnels.open() == 0);
    }
    try (var client = connect(open());
        var server = service.accept()) {
      server.getOutputStream().write("greeting".getBytes(StandardCharsets.ISO_8859_1));
      server.shutdownOutput();
      assertThat(rest(client)).isEqualTo("greeting");
      client.getOutputStream().write("thanks".getBytes(StandardCharsets.ISO_8859_1));
      client.shutdownOutput();
      assertThat(rest(server)).isEqualTo("thanks");
    }
  }

  @Test
  void shouldTakeATokenOnceAndForAMinute() throws Exception {
    var used = open();
    connect(used).close();
    assertThat(line(say(used, used.token() + "\n"))).startsWith("-token Expected a token");
    var old = open();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    var good = open();
    nanos.addAndGet(1);
    assertThat(rest(say(old, old.token() + "\n"))).startsWith("-token ").endsWith(".\n");
    connect(good).close();
    assertThat(old.toString()).doesNotContain(old.token());
  }

  @Test
  void shouldCloseOnNonsense() throws Exception {
    var opened = open();
    assertThat(line(say(opened, "\n"))).startsWith("-token");
    assertThat(line(say(opened, "\0\377\n" + "x".repeat(100_000)))).startsWith("-token");
    try (var client = say(opened, "")) {
      var closed = Flow.background(() -> flood(client));
      assertThat(closed.get(20, TimeUnit.SECONDS)).isLessThan(10 << 20);
    }
    connect(opened).close();
  }

  /** How much could be sent without a LF. */
  private static int flood(Socket client) {
    var sent = 0;
    try {
      for (; sent < 10 << 20; sent += 4096) {
        client.getOutputStream().write(new byte[4096]);
      }
    } catch (IOException closed) {
      return sent;
    }
    return sent;
  }

  @Test
  void shouldEndWithTheKernel() throws Exception {
    var unused = open();
    var other = tunnels.give(KernelId.random(), target(), Tunnels.TOKEN_LIFE);
    try (var client = connect(open());
        var server = service.accept();
        var stays = connect(other);
        var itsServer = service.accept()) {
      tunnels.ended(kernel);
      assertThat(rest(client)).isEmpty();
      assertThat(rest(server)).isEmpty();
      assertThat(line(say(unused, unused.token() + "\n"))).startsWith("-gone ");
      stays.getOutputStream().write(7);
      assertThat(itsServer.getInputStream().read()).isEqualTo(7);
      assertThat(tunnels.open()).isEqualTo(1);
    }
  }

  @Test
  void shouldSayThatNobodyListens() throws Exception {
    service.close();
    var opened = open();
    assertThat(rest(say(opened, opened.token() + "\nGET /"))).startsWith("-refused Expected a");
    Awaitility.await().until(() -> tunnels.open() == 0);
  }

  @Test
  void shouldServeManyAtOnce() throws Exception {
    var clients = new ArrayList<Socket>();
    var servers = new ArrayList<Socket>();
    try {
      for (var i = 0; i < 500; i++) {
        clients.add(connect(open()));
        servers.add(service.accept());
      }
      assertThat(tunnels.open()).isEqualTo(500);
      for (var i = 0; i < 500; i++) {
        clients.get(i).getOutputStream().write(i);
      }
      for (var i = 0; i < 500; i++) {
        assertThat(servers.get(i).getInputStream().read()).isEqualTo(i & 0xff);
      }
    } finally {
      for (var socket : clients) {
        socket.close();
      }
      for (var socket : servers) {
        socket.close();
      }
    }
    Awaitility.await().until(() -> tunnels.open() == 0);
  }

  @Test
  void shouldCarryAGigabyteEachWay() throws Exception {
    try (var client = connect(open());
        var server = service.accept()) {
      var up = Flow.background(() -> Flow.digest(server));
      var down = Flow.background(() -> Flow.digest(client));
      var sentUp = Flow.background(() -> Flow.send(client, 1));
      var sentDown = Flow.background(() -> Flow.send(server, 2));
      assertThat(up.get(300, TimeUnit.SECONDS)).isEqualTo(sentUp.get(1, TimeUnit.SECONDS));
      assertThat(down.get(300, TimeUnit.SECONDS)).isEqualTo(sentDown.get(1, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldHoldTheWriterUpWhileNobodyReads() throws Exception {
    try (var client = connect(open());
        var server = service.accept()) {
      server.setSendBufferSize(64 << 10);
      client.setReceiveBufferSize(64 << 10);
      var sent = new AtomicLong();
      var writer = Thread.ofPlatform().start(() -> Flow.pump(server, sent));
      var last = new AtomicLong(-1);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> last.getAndSet(sent.get()) == sent.get());
      assertThat(sent.get()).as("what lies between them").isLessThan(16 << 20);
      var begun = sent.get();
      client.getInputStream().skipNBytes(begun);
      Awaitility.await().until(() -> sent.get() > begun);
      reset(client);
      assertThat(writer.join(Duration.ofSeconds(20))).as("the writer heard of it").isTrue();
    }
  }

  @Test
  void shouldNotHoldMoreSilentConnectionsThanItCan() throws Exception {
    var silent = new ArrayList<Socket>();
    var opened = open();
    try {
      for (var i = 0; i < Grants.MAX_SILENT; i++) {
        silent.add(say(opened, ""));
      }
      // The last of them may be accepted a little later.
      Awaitility.await()
          .until(() -> {
            try (var another = say(opened, "")) {
              another.setSoTimeout(200);
              return ends(another);
            }
          });
    } finally {
      for (var socket : silent) {
        socket.close();
      }
    }
    var later = open();
    Awaitility.await()
        .until(() -> {
          try (var client = say(later, later.token() + "\n")) {
            return line(client).equals("+");
          } catch (IOException closed) {
            return false;
          }
        });
  }

  @Test
  void shouldTakeAClientThatSaysAllAtOnce() throws Exception {
    for (var i = 0; i < 200; i++) {
      var opened = open();
      try (var client = say(opened, opened.token() + "\n")) {
        client.getOutputStream().write("question".getBytes(StandardCharsets.ISO_8859_1));
        client.shutdownOutput();
        try (var server = service.accept()) {
          assertThat(rest(server)).isEqualTo("question");
          server.getOutputStream().write("answer".getBytes(StandardCharsets.ISO_8859_1));
          server.shutdownOutput();
          assertThat(rest(client)).isEqualTo("+\nanswer");
        }
      }
    }
  }

  @Test
  void shouldDeliverWhatWasSentBeforeTheEnd() throws Exception {
    try (var client = connect(open());
        var server = service.accept()) {
      var sent = new byte[3 << 20];
      new Random(1).nextBytes(sent);
      var writer =
          Flow.background(() -> {
            Flow.write(server, sent);
            return true;
          });
      assertThat(client.getInputStream().readNBytes(1)).isEqualTo(new byte[] {sent[0]});
      Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true); // all are full
      var rest = client.getInputStream().readAllBytes();
      assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 1, sent.length));
      assertThat(writer.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldEndWhenOneSideBreaks() throws Exception {
    try (var client = connect(open());
        var server = service.accept()) {
      reset(client);
      assertThat(ends(server)).isTrue();
    }
    try (var client = connect(open());
        var server = service.accept()) {
      reset(server);
      assertThat(ends(client)).isTrue();
    }
    Awaitility.await().until(() -> tunnels.open() == 0);
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static boolean ends(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
