package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is the same for all routes. */
class EdgeIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);

  private SignedClient.Reply anonymous(String method, String target, String... headers) {
    var request = user.unsigned(method, target, null, null);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return SignedClient.exchange(request);
  }

  @Test
  void shouldTellItsVersion() {
    var reply = anonymous("GET", "/");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.json().path("version").asText()).isEqualTo("v6.20220615");
    assertThat(reply.json().path("manager").asText()).isEqualTo("22.09.0");
    assertThat(reply.header("server")).isEqualTo("BackendAI");
    assertThat(reply.header("x-ratelimit-limit")).isEqualTo("1000");
    assertThat(reply.header("x-ratelimit-remaining")).isEqualTo("1000");
    assertThat(reply.header("x-ratelimit-window")).isEqualTo("900");
  }

  @Test
  void shouldServeTheVersionUnderEveryPrefix() {
    for (var n = 2; n <= 9; n++) {
      assertThat(anonymous("GET", "/v" + n).json().path("version").asText()).startsWith("v");
      assertThat(anonymous("GET", "/v" + n + "/manager/announcement").status()).isEqualTo(200);
    }
    assertThat(anonymous("GET", "/v1").status()).isEqualTo(404);
    assertThat(anonymous("GET", "/v10/").status()).isEqualTo(404);
  }

  @Test
  void shouldVerifyTheRawPathOfAPrefixedRequest() {
    var reply = user.get("/v6/auth?echo=hi");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("echo").asText()).isEqualTo("hi");
  }

  @Test
  void shouldAnnounceNothing() {
    var reply = anonymous("GET", "/manager/announcement");
    assertThat(reply.json().path("enabled").isBoolean()).isTrue();
    assertThat(reply.json().path("message").asText()).isEmpty();
  }

  @Test
  void shouldTellItsStatusSlotsAndHealth() {
    assertThat(anonymous("GET", "/manager/status").json().path("status").asText())
        .isEqualTo("running");
    var slots = anonymous("GET", "/config/resource-slots").json();
    assertThat(slots.path("cpu").asText()).isEqualTo("count");
    assertThat(slots.path("mem").asText()).isEqualTo("bytes");
    var health = anonymous("GET", "/healthz");
    assertThat(health.status()).as(health.text()).isEqualTo(200);
    assertThat(health.json().path("agents").asInt()).isEqualTo(1);
  }

  @Test
  void shouldAnswerUnknownPathsBeforeLookingAtSignatures() {
    var reply = anonymous("GET", "/nothing/here?x=1", "Authorization", "garbage");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.problem()).isEqualTo("url-not-found");
    assertThat(reply.header("content-type")).startsWith("application/problem+json");
    assertThat(reply.json().path("title").asText()).isEqualTo("Unknown URL path.");
    assertThat(reply.json().path("data").asText()).isEqualTo("/nothing/here?x=1");
  }

  @Test
  void shouldAnswerWrongMethodsBeforeLookingAtSignatures() {
    var reply = anonymous("PUT", "/session", "Authorization", "garbage");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.problem()).isEqualTo("method-not-allowed");
  }

  @Test
  void shouldRefuseUnsupportedVersionsEvenAnonymously() {
    for (var version : List.of("v6", "v1.20160915", "nonsense")) {
      var reply = anonymous("GET", "/", "X-BackendAI-Version", version);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.message()).isEqualTo("Unsupported API version.");
    }
  }

  @Test
  void shouldRefuseExpiredUnsignedAndWronglySignedRequests() {
    var old = anonymous("GET", "/auth", "X-BackendAI-Date", "2020-01-01T00:00:00Z");
    assertThat(old.status()).isEqualTo(400);
    assertThat(old.message()).isEqualTo("Date/time sync error");
    var unsigned = anonymous("GET", "/auth", "X-BackendAI-Date", Instant.now().toString());
    assertThat(unsigned.status()).isEqualTo(401);
    var wrong =
        new SignedClient(world.gateway.port(), TestWorld.USER_KEY, "another secret").get("/auth");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.message()).isEqualTo("Signature mismatch");
    assertThat(wrong.problem()).isEqualTo("auth-failed");
  }

  @Test
  void shouldAcceptDateHeadersWithIsoText() throws IOException {
    var reply = raw("GET /auth HTTP/1.1\r\nHost: h\r\nDate: " + Instant.now() + "\r\n");
    assertThat(reply).contains(" 401 ").contains("Unauthorized access");
  }

  @Test
  void shouldOverrideTheMethod() {
    user.extraHeaders.put("X-Method-Override", "get");
    var reply = anonymous("POST", "/", "X-Method-Override", "GET");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(anonymous("GET", "/session", "X-Method-Override", "BREW").status()).isEqualTo(405);
    user.extraHeaders.clear();
  }

  @Test
  void shouldEchoPreflights() {
    var reply =
        anonymous(
            "OPTIONS",
            "/session/x",
            "Origin",
            "https://console.example",
            "Access-Control-Request-Method",
            "DELETE",
            "Access-Control-Request-Headers",
            "authorization,x-backendai-version,credentials,mode");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(reply.header("access-control-allow-methods")).isEqualTo("DELETE");
    assertThat(reply.header("access-control-allow-headers")).contains("credentials,mode");
    assertThat(anonymous("OPTIONS", "/session/x").status()).isEqualTo(403);
  }

  @Test
  void shouldHaveCorsHeadersOnErrors() {
    assertThat(anonymous("GET", "/nothing").header("access-control-allow-origin")).isEqualTo("*");
    assertThat(anonymous("PUT", "/session").header("access-control-allow-origin")).isEqualTo("*");
    assertThat(anonymous("GET", "/auth").header("access-control-allow-origin")).isEqualTo("*");
    assertThat(user.get("/session/nosuch").header("access-control-allow-origin")).isEqualTo("*");
  }

  @Test
  void shouldNamePositionOfMalformedJson() {
    var body = "{\"name\": \"abcd\",\n \"image\" 5}".getBytes(StandardCharsets.UTF_8);
    var reply = user.send("POST", "/session", "application/json", body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.problem()).isEqualTo("invalid-api-params");
    assertThat(reply.message()).contains("line 2, column");
  }

  @Test
  void shouldReadBodiesOfGetRequests() {
    var reply = user.json("GET", "/auth?echo=query", Map.of("echo", "body"));
    assertThat(reply.json().path("echo").asText()).isEqualTo("body");
    assertThat(user.get("/auth?echo=a+b").json().path("echo").asText()).isEqualTo("a b");
  }

  @Test
  void shouldIgnoreTheContentTypeOfEmptyBodies() {
    assertThat(user.send("POST", "/auth", "text/plain", new byte[0]).status()).isEqualTo(200);
    assertThat(user.send("POST", "/auth", "application/json", new byte[0]).status()).isEqualTo(200);
  }

  @Test
  void shouldRefuseBodiesBeyondTheLimit() {
    var reply = user.send("POST", "/auth", "application/json", new byte[17 << 20]);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("at most");
  }

  @Test
  void shouldAnswerWhatIsNotHttp() throws IOException {
    assertThat(raw("NOT HTTP\r\n")).contains(" 400 ").contains("generic-bad-request");
    assertThat(raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: h\r\n")).contains(" 400 ");
  }

  @Test
  void shouldAnswerBrokenPercentEncoding() throws IOException {
    var reply = raw("GET /session/%zz HTTP/1.1\r\nHost: h\r\n");
    assertThat(reply).containsPattern(" 40[04] ").contains("application/problem+json");
  }

  @Test
  void shouldSpeakHttp2WithoutTls() {
    // Java's client upgrades by default; the signed host then comes from the authority.
    var client = world.as(TestWorld.USER_KEY);
    client.http2 = true;
    assertThat(client.get("/auth?echo=2").json().path("echo").asText()).isEqualTo("2");
    assertThat(client.get("/").version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
    assertThat(client.post("/auth", Map.of("echo", "3")).json().path("echo").asText())
        .isEqualTo("3");
  }

  @Test
  void shouldCountKeysAndLimitTheirRate() {
    var key = "AKIALIMITEDLIMITED01";
    world.keypair(key, world.userId("user"), "user", 5);
    var limited = world.as(key);
    for (var i = 1; i <= 5; i++) {
      var reply = limited.get("/auth");
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.header("x-ratelimit-limit")).isEqualTo("5");
      assertThat(reply.header("x-ratelimit-remaining")).isEqualTo(Integer.toString(5 - i));
      assertThat(reply.header("x-ratelimit-window")).isEqualTo("900");
    }
    var refused = limited.get("/auth");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.problem()).isEqualTo("rate-limit-exceeded");
    org.awaitility.Awaitility.await()
        .untilAsserted(() -> {
          var row =
              world
                  .db
                  .query(
                      "select num_queries, last_used from keypair where access_key = $1",
                      io.vertx.sqlclient.Tuple.of(key))
                  .iterator()
                  .next();
          assertThat(row.getLong("num_queries")).isEqualTo(5);
          assertThat(row.getOffsetDateTime("last_used")).isNotNull();
        });
  }

  private String raw(String head) throws IOException {
    try (var socket = new Socket(java.net.InetAddress.getLoopbackAddress(), world.gateway.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
