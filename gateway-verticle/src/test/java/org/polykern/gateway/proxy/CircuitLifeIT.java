package org.polykern.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.id.SessionId;
import org.polykern.gateway.World;

/** How circuits come, stay and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CircuitLifeIT {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer app;

  @BeforeAll
  void listen() {
    app = vertx.createHttpServer().requestHandler(TestApp::answer).listen(0, "127.0.0.1").await();
  }

  @AfterAll
  void close() {
    vertx.close().await();
  }

  private ProxyBed bed(ProxyBed.Settings settings) {
    var bed = new ProxyBed(settings);
    bed.ports.put("web", app.actualPort());
    return bed;
  }

  private static int status(ProxyBed.Opened opened) {
    return ProxyBed.get(opened.url(), "Cookie", opened.cookie()).statusCode();
  }

  private static void awaitGone(ProxyBed.Opened opened) {
    Awaitility.await()
        .untilAsserted(() ->
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> status(opened))
                .hasMessageContaining("ConnectException"));
  }

  @Test
  void shouldKeepAddressAndPermitOverARestartOfEveryPart() {
    try (var bed = bed(ProxyBed.settings())) {
      var opened = bed.open(bed.session("web:http"), "web");
      assertThat(status(opened)).isEqualTo(200);
      bed.stop();
      awaitGone(opened);
      bed.start();
      assertThat(status(opened)).isEqualTo(200);
    }
  }

  @Test
  void shouldRemoveCircuitsOfSessionsThatEnd() {
    try (var bed = bed(ProxyBed.settings())) {
      var session = bed.session("web:http");
      var opened = bed.open(session, "web");
      assertThat(status(opened)).isEqualTo(200);
      World.get()
          .bus()
          .publish(
              Addresses.SESSION_EVENTS,
              new SessionEvent(
                  "session_terminated",
                  new SessionId(session),
                  null,
                  "",
                  "",
                  "",
                  null,
                  Instant.now()));
      awaitGone(opened);
      assertThat(new CircuitRepository(bed.db).ofSession(session)).isEmpty();
    }
  }

  @Test
  void shouldRemoveCircuitsThatNobodyUsed() {
    var settings = ProxyBed.settings();
    settings.frozen = true;
    settings.lost = Duration.ofDays(1); // hours pass at once here
    try (var bed = bed(settings)) {
      var session = bed.session("web:http");
      var opened = bed.open(session, "web");
      bed.now.updateAndGet(now -> now.plus(Duration.ofMinutes(59)));
      assertThat(status(opened)).isEqualTo(200);
      Awaitility.await()
          .until(() ->
              new CircuitRepository(bed.db)
                  .ofSession(session)
                  .getFirst()
                  .lastAccess()
                  .equals(bed.now.get().truncatedTo(java.time.temporal.ChronoUnit.MICROS)));
      bed.now.updateAndGet(now -> now.plus(Duration.ofMinutes(59)));
      bed.coordinator.sweep();
      assertThat(status(opened)).isEqualTo(200);
      Awaitility.await()
          .until(() -> new CircuitRepository(bed.db).ofSession(session).getFirst().requests() == 2);
      bed.now.updateAndGet(now -> now.plus(Duration.ofMinutes(61)));
      bed.coordinator.sweep();
      awaitGone(opened);
    }
  }

  @Test
  void shouldSayWhenAnAppDoesNotAnswerInTime() {
    var settings = ProxyBed.settings();
    settings.answer = Duration.ofMillis(300);
    try (var bed = bed(settings)) {
      var opened = bed.open(bed.session("web:http"), "web");
      var reply = ProxyBed.get(opened.url() + "never", "Cookie", opened.cookie());
      assertThat(reply.statusCode()).isEqualTo(504);
      assertThat(reply.body()).contains("E50004");
      assertThat(status(opened)).isEqualTo(200);
    }
  }

  @Test
  void shouldBelieveForwardedAddressesOfTrustedProxiesOnly() {
    var settings = ProxyBed.settings();
    settings.trusted = List.of("127.0.0.1/32", "10.0.0.0/8");
    for (var trusted : List.of(true, false)) {
      settings.trusted = trusted ? settings.trusted : List.of("10.0.0.0/8");
      try (var bed = bed(settings)) {
        var session = bed.session("web:http");
        var opened = bed.open(session, "web", "open_to_public=true");
        var reply = ProxyBed.get(opened.url() + "x", "X-Forwarded-For", "2001:db8::7, 10.1.1.1");
        var seen = ProxyBed.json(reply).getJsonObject("headers");
        assertThat(seen.getString("x-forwarded-for"))
            .isEqualTo(trusted ? "2001:db8::7, 10.1.1.1, 127.0.0.1" : "127.0.0.1");
        assertThat(seen.getString("forwarded"))
            .startsWith(trusted ? "for=\"[2001:db8:" : "for=127.0.0.1;");
        assertThat(reply.headers().firstValue("access-control-allow-origin")).hasValue("*");
      }
    }
  }

  @Test
  void shouldSayWhenEveryPortIsTaken() throws IOException {
    var settings = ProxyBed.settings();
    var port = freePort();
    settings.range = port + "-" + port;
    try (var bed = bed(settings)) {
      var first = bed.open(bed.session("web:http"), "web");
      assertThat(first.port()).isEqualTo(port);
      var session = bed.session("web:http");
      var refused = auth(bed, session);
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(new JsonObject(refused.body()).getString("error_code")).isEqualTo("E10002");
      assertThat(new CircuitRepository(bed.db).ofSession(session)).isEmpty();
    }
  }

  @Test
  void shouldUseAnotherWorkerWhenOneIsLost() {
    var settings = ProxyBed.settings();
    settings.frozen = true;
    try (var bed = bed(settings)) {
      var session = bed.session("web:http");
      var before = bed.open(session, "web");
      assertThat(status(before)).isEqualTo(200);
      var lost = bed.worker.self().id();
      bed.undeployWorker();
      var other = ProxyBed.settings();
      other.frozen = true;
      bed.config = other.config();
      bed.now.updateAndGet(now -> now.plus(Duration.ofSeconds(31)));
      bed.startWorker();
      var after = bed.open(session, "web");
      assertThat(bed.worker.self().id()).isNotEqualTo(lost);
      assertThat(after.reused()).isFalse();
      assertThat(status(after)).isEqualTo(200);
      bed.coordinator.sweep();
      assertThat(new CircuitRepository(bed.db).ofWorker(lost)).isEmpty();
    }
  }

  @Test
  void shouldTellAppsByTheirNameInWildcardMode() {
    var settings = ProxyBed.settings();
    settings.domain = "apps.example.org";
    try (var bed = bed(settings)) {
      var session = bed.session("web:http");
      var token = bed.token(session);
      var told =
          ProxyBed.json(
              ProxyBed.get(
                  bed.coordinator.address()
                      + "/v2/proxy/auth?app=web&subdomain=My_Web&token="
                      + token
                      + "&session_id="
                      + session,
                  "Accept",
                  "application/json"));
      var setup = java.net.URI.create(told.getString("redirect_url"));
      assertThat(setup.getHost()).matches("my-web-[0-9a-f]{8}\\.apps\\.example\\.org");
      var reply =
          Raw.whole(
              setup.getPort(),
              "GET " + setup.getRawPath() + "?" + setup.getRawQuery(),
              "Host: " + setup.getAuthority());
      assertThat(reply).startsWith("HTTP/1.1 302");
      var cookie = reply.substring(reply.indexOf("appproxy_permit"));
      cookie = cookie.substring(0, cookie.indexOf(';'));
      assertThat(
              Raw.whole(
                  setup.getPort(), "GET /", "Host: " + setup.getAuthority(), "Cookie: " + cookie))
          .startsWith("HTTP/1.1 200");
      for (var host : List.of("apps.example.org", "x.apps.example.org", "my-web.evil.org", "")) {
        assertThat(Raw.whole(setup.getPort(), "GET /", "Host: " + host, "Cookie: " + cookie))
            .as(host)
            .containsAnyOf("HTTP/1.1 404", "HTTP/1.1 400");
      }
    }
  }

  @Test
  void shouldRefuseTokensOfOtherSessionsAndRedirectsElsewhere() {
    try (var bed = bed(ProxyBed.settings())) {
      var session = bed.session("web:http");
      var other = bed.session("web:http");
      var base = bed.coordinator.address() + "/v2/proxy/";
      var token = bed.token(session);
      assertThat(ProxyBed.get(base + token + "/" + other + "/add?app=web").statusCode())
          .isEqualTo(401);
      assertThat(ProxyBed.get(base + "x/" + session + "/add?app=web").statusCode()).isEqualTo(401);
      var add = base + token + "/" + session + "/add?app=";
      assertThat(ProxyBed.get(add + "nothing").statusCode()).isEqualTo(404);
      for (var target : List.of("http://evil.org", "//evil.org", "/%5Cevil.org", "evil", "/%0Ax")) {
        assertThat(ProxyBed.get(add + "web&redirect=" + target).statusCode())
            .as(target)
            .isEqualTo(400);
      }
      assertThat(ProxyBed.get(add + "web&protocol=grpc").statusCode()).isEqualTo(200);
      var grpc =
          ProxyBed.get(
              base + "auth?app=web&protocol=grpc&token=" + token + "&session_id=" + session,
              "Accept",
              "application/json");
      assertThat(new JsonObject(grpc.body()).getString("error_code")).isEqualTo("E20002");
    }
  }

  @Test
  void shouldAskForSecretsAndTellStatistics() {
    try (var bed = bed(ProxyBed.settings())) {
      var session = bed.session("web:http");
      var conf =
          new JsonObject()
              .put("kernel_host", "169.254.169.254")
              .put("kernel_port", 80)
              .put(
                  "session",
                  new JsonObject()
                      .put("id", session.toString())
                      .put("user_uuid", World.get().userId("user").toString())
                      .put("access_key", "AK")
                      .put("domain_name", "default"))
              .encode();
      assertThat(post(bed, "/v2/conf", "wrong", conf).statusCode()).isEqualTo(401);
      assertThat(post(bed, "/v2/conf", ProxyBed.WORKER, conf).statusCode()).isEqualTo(401);
      var token = ProxyBed.json(post(bed, "/v2/conf", ProxyBed.MANAGER, conf)).getString("token");
      var opened = bed.openWith(token, session, "web");
      assertThat(status(opened)).isEqualTo(200);
      var id = new CircuitRepository(bed.db).ofSession(session).getFirst().id();
      Awaitility.await()
          .untilAsserted(() -> {
            var told =
                ProxyBed.json(
                    ProxyBed.get(
                        bed.coordinator.address() + "/api/circuit/" + id + "/statistics",
                        "X-BackendAI-Token",
                        ProxyBed.WORKER));
            assertThat(told.getInteger("requests")).isEqualTo(1);
            assertThat(told.getInteger("ttl")).isBetween(3500, 3600);
          });
      assertThat(ProxyBed.get(bed.coordinator.address() + "/api/worker").statusCode())
          .isEqualTo(401);
    }
  }

  private static java.net.http.HttpResponse<String> post(
      ProxyBed bed, String path, String secret, String body) {
    return ProxyBed.send(
        ProxyBed.request(bed.coordinator.address() + path, "Authorization", "Bearer " + secret)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static java.net.http.HttpResponse<String> auth(ProxyBed bed, UUID session) {
    return ProxyBed.get(
        bed.coordinator.address()
            + "/v2/proxy/auth?app=web&token="
            + bed.token(session)
            + "&session_id="
            + session,
        "Accept",
        "application/json");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
