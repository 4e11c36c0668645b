package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.polykern.gateway.SignedClient.Reply;

/** The page of a terminal, and what its cookie opens. */
class TerminalPageIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final PretendedTunnels tunnels = new PretendedTunnels(world.vertx);
  private final String origin = "http://127.0.0.1:" + world.gateway.port();

  @AfterEach
  void close() {
    tunnels.close();
  }

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    world.cluster.onStream =
        command -> tunnels.expect(target -> target.socket.write(Buffer.buffer("+\n\1\0\0\2$ ")));
    return reply.json().path("sessionId").asText();
  }

  private Reply plain(String method, String target, String body, String... headers) {
    var request =
        user.unsigned(
            method,
            target,
            body == null ? null : "application/json",
            body == null ? null : body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return SignedClient.exchange(request);
  }

  private String link(SignedClient client, String session, Object body) {
    var reply = client.post("/session/" + session + "/terminal-link", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    var url = reply.json().path("url").asText();
    assertThat(url).startsWith(origin + "/console/terminal?session=");
    return url.substring(url.indexOf("link=") + 5);
  }

  private Reply open(String token, String... headers) {
    return plain("POST", "/console/terminal/open", "{\"link\": \"" + token + "\"}", headers);
  }

  private static String cookieOf(Reply opened) {
    assertThat(opened.status()).as(opened.text()).isEqualTo(200);
    return opened.header("Set-Cookie").replaceAll(";.*", "");
  }

  private WebSocket socket(String target, String cookie, String from) {
    var builder =
        HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("polykern.terminal.v1");
    builder.header("Cookie", "other=1; " + cookie);
    if (from != null) {
      builder.header("Origin", from);
    }
    var address = URI.create("ws://127.0.0.1:" + world.gateway.port() + target);
    return builder.buildAsync(address, new WebSocket.Listener() {}).join();
  }

  /** The status of what happens to a WebSocket. */
  private int refusal(String target, String cookie, String from) {
    try {
      socket(target, cookie, from).abort();
      return 101;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(WebSocketHandshakeException.class);
      return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
    }
  }

  @Test
  void shouldServeThePageAndItsFiles() {
    var page = plain("GET", "/console/terminal?session=x&link=y", null);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .contains("script-src 'self'")
        .contains("frame-ancestors 'none'");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    var addresses = Pattern.compile("(?:src|href)=\"(/[^\"]+)\"").matcher(page.text());
    var count = 0;
    while (addresses.find()) {
      var file = plain("GET", addresses.group(1), null);
      assertThat(file.status()).as(addresses.group(1)).isEqualTo(200);
      assertThat(file.header("Cache-Control")).contains("immutable");
      assertThat(file.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(file.text()).doesNotContain("@VERSION@");
      count++;
    }
    assertThat(count).isEqualTo(5);
    assertThat(plain("GET", "/console/terminal/nosuch.js", null).status()).isEqualTo(404);
    assertThat(plain("GET", "/console/terminal/..%2fterminal.html", null).status()).isEqualTo(404);
  }

  @Test
  void shouldChangeALinkForACookieOnce() {
    var id = create("page-once");
    var token = link(user, "page-once", Map.of("terminal", "side"));
    var opened = open(token, "Origin", origin);
    assertThat(opened.json().path("session").asText()).isEqualTo(id);
    assertThat(opened.json().path("name").asText()).isEqualTo("page-once");
    assertThat(opened.json().path("terminal").asText()).isEqualTo("side");
    assertThat(opened.header("Set-Cookie"))
        .contains("HttpOnly")
        .contains("SameSite=Strict")
        .contains("Path=/stream/session/" + id + "/")
        .contains("Max-Age=43200");
    var again = open(token, "Origin", origin);
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.message()).contains("used before or has expired");
    assertThat(again.headers()).doesNotContainKey("set-cookie");
    assertThat(open("", "Origin", origin).status()).isEqualTo(401);
    assertThat(open("x".repeat(43)).status()).isEqualTo(401);
    assertThat(open(link(user, "page-once", Map.of()), "Origin", "http://evil.example").status())
        .isEqualTo(403);
  }

  @Test
  void shouldMarkTheCookieSecureBehindTls() {
    create("page-tls");
    var opened =
        open(
            link(user, "page-tls", Map.of()),
            "X-Forwarded-Proto",
            "https",
            "Origin",
            origin.replace("http:", "https:"));
    assertThat(opened.header("Set-Cookie")).contains("; Secure");
  }

  @Test
  void shouldOpenTheTerminalWithTheCookieOnly() {
    var id = create("page-mine");
    var other = create("page-second");
    var cookie = cookieOf(open(link(user, "page-mine", Map.of())));
    var target = "/stream/session/" + id + "/pty";
    var socket = socket(target + "?rows=30&cols=90", cookie, origin);
    assertThat(socket.getSubprotocol()).isEqualTo("polykern.terminal.v1");
    socket.abort();
    assertThat(refusal(target, cookie, "http://evil.example")).isEqualTo(403);
    assertThat(refusal(target, cookie, null)).isEqualTo(403);
    assertThat(refusal(target, "polykern-terminal=" + "x".repeat(43), origin)).isEqualTo(401);
    assertThat(refusal("/stream/session/" + other + "/pty", cookie, origin)).isEqualTo(401);
    assertThat(refusal("/stream/session/page-mine/pty", cookie, origin)).isEqualTo(401);
    // Elsewhere it does not even count as a try to say who one is.
    assertThat(refusal("/stream/session/" + id + "/tcpproxy?app=jupyter", cookie, origin))
        .isEqualTo(400);
    assertThat(plain("GET", "/session/" + id, null, "Cookie", cookie).message())
        .isEqualTo("Date/time sync error");
  }

  @Test
  void shouldLetAnAdministratorActForTheOwner() {
    var id = create("page-owned");
    var admin = world.as(TestWorld.SUPER_KEY);
    var opened = open(link(admin, "page-owned", Map.of("owner_access_key", TestWorld.USER_KEY)));
    assertThat(opened.json().path("owner_access_key").asText()).isEqualTo(TestWorld.USER_KEY);
    var cookie = cookieOf(opened);
    var target = "/stream/session/" + id + "/pty";
    assertThat(refusal(target, cookie, origin)).isEqualTo(404);
    socket(target + "?owner_access_key=" + TestWorld.USER_KEY, cookie, origin).abort();
    assertThat(
            world
                .as(TestWorld.OTHER_KEY)
                .post("/session/page-owned/terminal-link", Map.of())
                .status())
        .isEqualTo(404);
  }

  @Test
  void shouldEndTheCookiesPowerWithTheKeyPair() {
    var key = "AKIAPAGEPAGEPAGEPAGE";
    world.keypair(key, world.userId("user"), "user", 100);
    var someone = world.as(key);
    assertThat(someone.post("/session", Bodies.session("page-key", "maxWaitSeconds", 5)).status())
        .isEqualTo(201);
    var id = someone.get("/session/page-key").json().path("sessionId").asText();
    var cookie = cookieOf(open(link(someone, "page-key", Map.of())));
    world.db.query(
        "update keypair set is_active = false where access_key = $1",
        io.vertx.sqlclient.Tuple.of(key));
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(10))
        .until(() -> refusal("/stream/session/" + id + "/pty", cookie, origin) == 401);
  }
}
