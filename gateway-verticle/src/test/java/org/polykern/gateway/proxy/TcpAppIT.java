package org.polykern.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Circuits that are ports, for programs that speak anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcpAppIT {
  private final ProxyBed bed = new ProxyBed();
  private ServerSocket app;
  private UUID session;

  /** Reads to the end, then answers with how much it was, then ends. */
  @BeforeAll
  void listen() throws IOException {
    app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    bed.ports.put("counter", app.getLocalPort());
    session = bed.session("counter:tcp");
    Thread.ofVirtual().start(this::acceptAll);
  }

  private void acceptAll() {
    try {
      while (true) {
        var client = app.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      assertThat(app.isClosed()).isTrue();
    }
  }

  private static void serve(Socket client) {
    try (client) {
      var total = client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      client.getOutputStream().write(("" + total).getBytes(StandardCharsets.US_ASCII));
    } catch (IOException broken) {
      // The proxy closed it, as some tests want.
    }
  }

  @AfterAll
  void close() throws IOException {
    bed.close();
    app.close();
  }

  private int port(UUID of, String... query) {
    var opened = bed.open(of, "counter", query);
    assertThat(opened.setup().statusCode()).as(opened.setup().body()).isEqualTo(200);
    assertThat(opened.reused()).isFalse();
    var uri = new JsonObject(opened.setup().body()).getString("redirectURI");
    assertThat(uri).startsWith("http://localhost:45678/start?directTCP=true&auth=");
    var gateway = uri.substring(uri.indexOf("&gateway=") + 9);
    var address = URLDecoder.decode(gateway, StandardCharsets.UTF_8);
    assertThat(address).startsWith("tcp://127.0.0.1:");
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void shouldSayTcpInTheAddressOfTheSecondStep() {
    var added =
        ProxyBed.json(
            ProxyBed.get(
                bed.coordinator.address()
                    + "/v2/proxy/"
                    + bed.token(session)
                    + "/"
                    + session
                    + "/add?app=counter"));
    assertThat(added.getInteger("code")).isEqualTo(200);
    assertThat(added.getString("url")).contains("?", "protocol=tcp");
  }

  @Test
  void shouldPassTheEndOfOneDirectionAndGoOnInTheOther() throws Exception {
    try (var socket = connect(port(session))) {
      var sent = 32 << 20;
      var piece = new byte[1 << 20];
      for (var i = 0; i < sent / piece.length; i++) {
        socket.getOutputStream().write(piece);
      }
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo("" + sent);
    }
  }

  @Test
  void shouldReuseAPortUnlessAskedForAnother() {
    var other = bed.session("counter:tcp");
    var first = port(other);
    assertThat(port(other)).isEqualTo(first);
    assertThat(port(other, "no_reuse=true")).isNotEqualTo(first);
    assertThat(port(other, "allowed_client_ips=127.0.0.0/8")).isNotEqualTo(first);
  }

  @Test
  void shouldCloseConnectionsOfOtherAddressesAtOnce() throws Exception {
    try (var socket = connect(port(session, "allowed_client_ips=10.0.0.0/8,2001:db8::/32"))) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    try (var socket = connect(port(session, "allowed_client_ips=127.0.0.0/8"))) {
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo('0');
    }
  }

  @Test
  void shouldCloseConnectionsWhenTheCircuitIsGivenUp() throws Exception {
    var other = bed.session("counter:tcp");
    try (var socket = connect(port(other))) {
      socket.getOutputStream().write(1);
      var ended = CompletableFuture.supplyAsync(() -> read(socket));
      var gone =
          ProxyBed.get(
              bed.coordinator.address()
                  + "/v2/proxy/"
                  + bed.token(other)
                  + "/"
                  + other
                  + "/delete?app=counter");
      assertThat(gone.statusCode()).isEqualTo(200);
      assertThat(ended.get(15, TimeUnit.SECONDS)).isEqualTo(-1);
    }
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(
                    ProxyBed.get(
                            bed.coordinator.address() + "/v2/proxy/AKIAUSERUSERUSERUSER/" + other)
                        .statusCode())
                .isEqualTo(404));
  }

  private static int read(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException reset) {
      return -1;
    }
  }
}
