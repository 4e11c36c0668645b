package org.polykern.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a browser sees of an app that speaks HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpAppIT {
  private static final int LARGE = 40 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final ProxyBed bed = new ProxyBed();
  private HttpServer app;
  private UUID session;
  private ProxyBed.Opened opened;

  @BeforeAll
  void open() {
    app =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setMaxWebSocketFrameSize(32 << 20)
                    .setMaxWebSocketMessageSize(32 << 20)
                    .setWebSocketSubProtocols(List.of("v1.kernel", "tty")))
            .webSocketHandler(socket -> {
              socket.textMessageHandler(text -> {
                if (text.equals("leave")) {
                  socket.close((short) 4321, "as asked");
                } else {
                  socket.writeTextMessage(text);
                }
              });
              socket.binaryMessageHandler(socket::writeBinaryMessage);
            })
            .requestHandler(TestApp::answer)
            .listen(0, "127.0.0.1")
            .await();
    bed.ports.put("web", app.actualPort());
    session = bed.session("web:http", "dead:http");
    opened = bed.open(session, "web", "redirect=/tree%3Fx=1");
  }

  @AfterAll
  void close() {
    bed.close();
    vertx.close().await();
  }

  private String url(String path) {
    return opened.url().replaceAll("/tree.*", "") + path;
  }

  @Test
  void shouldLeadToTheAppWithAPermit() {
    assertThat(opened.setup().statusCode()).isEqualTo(302);
    assertThat(opened.url()).matches("http://127\\.0\\.0\\.1:\\d+/tree\\?x=1");
    assertThat(opened.setup().headers().firstValue("set-cookie").orElse(""))
        .contains("HttpOnly", "SameSite=Lax", "Path=/");
    assertThat(opened.setup().headers().firstValue("cache-control")).hasValue("no-store");
  }

  @Test
  void shouldPassRequestsWithTheirHostAndWithoutPermits() {
    var reply =
        ProxyBed.get(
            url("/echo?a=%20b"),
            "Cookie",
            "mine=1; " + opened.cookie() + "; appproxy_permit_other=x; yours=2",
            "X-Forwarded-For",
            "6.6.6.6",
            "X-Mine",
            "kept");
    var seen = ProxyBed.json(reply);
    assertThat(seen.getString("uri")).isEqualTo("/echo?a=%20b");
    var headers = seen.getJsonObject("headers");
    assertThat(headers.getString("host")).isEqualTo("127.0.0.1:" + opened.port());
    assertThat(headers.getString("cookie")).isEqualTo("mine=1; yours=2");
    assertThat(headers.getString("x-forwarded-for")).isEqualTo("127.0.0.1");
    assertThat(headers.getString("x-forwarded-host")).isEqualTo("127.0.0.1:" + opened.port());
    assertThat(headers.getString("x-forwarded-proto")).isEqualTo("http");
    assertThat(headers.getString("x-forwarded-port")).isEqualTo("" + opened.port());
    assertThat(headers.getString("forwarded")).contains("for=127.0.0.1", "proto=http");
    assertThat(headers.getString("x-mine")).isEqualTo("kept");
    assertThat(reply.headers().allValues("set-cookie")).containsExactly("one=1", "two=2");
    assertThat(reply.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void shouldRefuseWithoutPermitAndWithAWrongOne() {
    var none = ProxyBed.get(url("/echo"), "Accept", "application/json");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(new JsonObject(none.body()).getString("error_code")).isEqualTo("E20004");
    var name = opened.cookie().split("=", -1)[0];
    for (var value :
        List.of("x", "AAAA.AAAA", opened.cookie().substring(name.length() + 1) + "A")) {
      var wrong = ProxyBed.get(url("/echo"), "Cookie", name + "=" + value);
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.body()).contains("E20005", "<!doctype html>");
    }
  }

  @Test
  void shouldNotLetAPermitOpenAnotherCircuit() {
    bed.ports.put("web2", app.actualPort());
    var other = bed.open(bed.session("web2:http"), "web2");
    var value = opened.cookie().split("=", 2)[1];
    var name = other.cookie().split("=", 2)[0];
    assertThat(ProxyBed.get(other.url(), "Cookie", name + "=" + value).statusCode()).isEqualTo(401);
    assertThat(ProxyBed.get(other.url() + "echo", "Cookie", other.cookie()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void shouldTakeASetupLinkOnlyOnce() {
    var again = ProxyBed.get(opened.setup().uri().toString());
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(again.headers().firstValue("set-cookie")).isEmpty();
  }

  @Test
  void shouldStreamLargeBodiesBothWays() throws Exception {
    var request =
        ProxyBed.request(url("/count"), "Cookie", opened.cookie())
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(LARGE)))
            .build();
    assertThat(ProxyBed.send(request).body()).isEqualTo("" + LARGE);
    var fixed =
        ProxyBed.request(url("/count"), "Cookie", opened.cookie())
            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[LARGE]))
            .build();
    assertThat(ProxyBed.send(fixed).body()).isEqualTo("" + LARGE);
    var down =
        ProxyBed.HTTP.send(
            ProxyBed.request(url("/large?n=" + LARGE), "Cookie", opened.cookie()).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var in = down.body()) {
      assertThat(in.transferTo(java.io.OutputStream.nullOutputStream())).isEqualTo(LARGE);
    }
  }

  @Test
  void shouldPassEventsAsTheyCome() throws Exception {
    var reply =
        ProxyBed.HTTP.send(
            ProxyBed.request(url("/events"), "Cookie", opened.cookie()).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (var in = reply.body()) {
      // The app sends the second event only after this one was read: it is told to by a request.
      assertThat(new String(in.readNBytes(9), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("data: 1\n\n");
      ProxyBed.get(url("/more"), "Cookie", opened.cookie());
      assertThat(new String(in.readNBytes(9), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("data: 2\n\n");
    }
  }

  @Test
  void shouldAnswerHeadAndEmptyAnswers() {
    var head =
        ProxyBed.send(
            ProxyBed.request(url("/large?n=77"), "Cookie", opened.cookie())
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
    assertThat(head.headers().firstValue("content-length")).hasValue("77");
    var none = ProxyBed.get(url("/none"), "Cookie", opened.cookie());
    assertThat(none.statusCode()).isEqualTo(204);
  }

  @Test
  void shouldSayWhyAnAppDoesNotAnswer() {
    var dead = bed.open(session, "dead");
    var reply = ProxyBed.get(dead.url(), "Cookie", dead.cookie(), "Accept", "application/json");
    assertThat(reply.statusCode()).isEqualTo(502);
    assertThat(new JsonObject(reply.body()).getString("msg")).contains("dead does not listen");
  }

  @Test
  void shouldPassWebSocketsWholeWithSubProtocolAndCloseCode() throws Exception {
    var client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(32 << 20).setMaxMessageSize(32 << 20));
    var socket =
        client
            .connect(
                new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(opened.port())
                    .setURI("/ws")
                    .addSubProtocol("v1.kernel")
                    .addHeader("Cookie", opened.cookie())
                    .addHeader("Origin", "http://127.0.0.1:" + opened.port()))
            .await();
    assertThat(socket.subProtocol()).isEqualTo("v1.kernel");
    var text = new CompletableFuture<String>();
    var binary = new CompletableFuture<Buffer>();
    var pong = new CompletableFuture<Buffer>();
    var closed = new CompletableFuture<Short>();
    socket.textMessageHandler(text::complete);
    socket.binaryMessageHandler(binary::complete);
    socket.pongHandler(pong::complete);
    socket.closeHandler(end -> closed.complete(socket.closeStatusCode()));
    socket.writeTextMessage("héllo").await();
    assertThat(text.get(10, TimeUnit.SECONDS)).isEqualTo("héllo");
    var large = new byte[16 << 20];
    Arrays.fill(large, (byte) 7);
    socket.writeBinaryMessage(Buffer.buffer(large)).await();
    assertThat(binary.get(20, TimeUnit.SECONDS).length()).isEqualTo(16 << 20);
    socket.writePing(Buffer.buffer("p")).await();
    assertThat(pong.get(10, TimeUnit.SECONDS)).hasToString("p");
    socket.writeTextMessage("leave").await();
    assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo((short) 4321);
  }

  @Test
  void shouldRefuseWebSocketsOfOtherOriginsAndWithoutPermit() {
    assertThat(upgrade("Origin: http://evil.example", "Cookie: " + opened.cookie()))
        .contains(" 403 ");
    assertThat(upgrade("Origin: http://127.0.0.1:" + opened.port())).contains(" 401 ");
    assertThat(upgrade("Cookie: " + opened.cookie())).contains(" 101 ");
  }

  private String upgrade(String... headers) {
    var request =
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:"
            + opened.port()
            + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + String.join("\r\n", headers)
            + (headers.length > 0 ? "\r\n" : "")
            + "\r\n";
    return Raw.firstLine(opened.port(), request);
  }

  /** So many bytes of nothing. */
  private static final class Zeros extends InputStream {
    private int left;

    Zeros(int size) {
      left = size;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int at, int length) {
      if (left <= 0) {
        return -1;
      }
      var count = Math.min(length, left);
      left -= count;
      return count;
    }
  }
}
