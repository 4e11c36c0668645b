package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.polykern.common.config.RedisConfig;
import org.polykern.common.db.DbConfig;

/** What clients see when a server behind the gateway is away, and when the gateway stops. */
class OutageIT {
  private final TestWorld world = TestWorld.get();
  private final RedisConfig noRedis = new RedisConfig("127.0.0.1", 1, "");

  private GatewayVerticle deploy(Vertx vertx, DbConfig db, RedisConfig redis) {
    var gateway = new GatewayVerticle(GatewayConfig.onPort(0), db, redis, world.secrets);
    vertx.deployVerticle(gateway).await();
    return gateway;
  }

  private SignedClient clientOf(GatewayVerticle gateway) {
    return new SignedClient(gateway.port(), TestWorld.USER_KEY, TestWorld.SECRET);
  }

  @Test
  void shouldServeUncountedWithoutRedis() {
    var vertx = Vertx.vertx();
    try {
      var client = clientOf(deploy(vertx, world.dbConfig, noRedis));
      for (var i = 0; i < 3; i++) {
        assertThat(client.get("/auth").status()).isEqualTo(200);
      }
      var health = client.get("/healthz");
      assertThat(health.status()).isEqualTo(503);
      assertThat(health.json().path("redis").asText()).startsWith("failing");
      assertThat(health.json().path("database").asText()).isEqualTo("ok");
      assertThat(health.json().path("bus").asText()).isEqualTo("ok");
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void shouldSayThatTheDatabaseIsAway() {
    var vertx = Vertx.vertx();
    try {
      var nowhere = new DbConfig("127.0.0.1", 1, "x", "x", "x", 2);
      var client = clientOf(deploy(vertx, nowhere, world.redisConfig));
      var reply = client.get("/auth");
      assertThat(reply.status()).as(reply.text()).isEqualTo(503);
      assertThat(reply.problem()).isEqualTo("service-unavailable");
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(client.get("/healthz").status()).isEqualTo(503);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void shouldAnswerWaitingRequestsWhenItStops() throws Exception {
    var vertx = Vertx.vertx();
    var gateway = deploy(vertx, world.dbConfig, world.redisConfig);
    var client = clientOf(gateway);
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          pool.submit(() -> client.post("/session", Bodies.session("stuck-while-stopping")));
      Awaitility.await().until(() -> client.get("/session/stuck-while-stopping").status() == 200);
      var began = System.nanoTime();
      vertx.close().await();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      var reply = waiting.get();
      assertThat(reply.status()).isEqualTo(201);
      assertThat(reply.json().path("status").asText()).isEqualTo("TIMEOUT");
    }
  }

  @Test
  void shouldBoundTheRequestsInWork() throws Exception {
    var vertx = Vertx.vertx();
    var config = new GatewayConfig("127.0.0.1", 0, "v6.20220615", "22.09.0", 65_536, 1, 900);
    var gateway = new GatewayVerticle(config, world.dbConfig, world.redisConfig, world.secrets);
    vertx.deployVerticle(gateway).await();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var client = clientOf(gateway);
      var waiting =
          pool.submit(
              () -> client.post("/session", Bodies.session("stuck-in-work", "maxWaitSeconds", 2)));
      Awaitility.await().until(() -> client.get("/").status() == 503);
      assertThat(waiting.get().status()).isEqualTo(201);
      Awaitility.await().until(() -> client.get("/").status() == 200);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void shouldNotWaitForClientsThatWentAway() throws Exception {
    var vertx = Vertx.vertx();
    var config = new GatewayConfig("127.0.0.1", 0, "v6.20220615", "22.09.0", 65_536, 1, 900);
    var gateway = new GatewayVerticle(config, world.dbConfig, world.redisConfig, world.secrets);
    vertx.deployVerticle(gateway).await();
    try {
      var client = clientOf(gateway);
      client.timeout = Duration.ofSeconds(1);
      assertThatThrownBy(() -> client.post("/session", Bodies.session("stuck-abandoned")))
          .hasMessageContaining("timed out");
      Awaitility.await().until(() -> client.get("/").status() == 200);
      // The session itself is not lost.
      assertThat(client.get("/session/stuck-abandoned").status()).isEqualTo(200);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void shouldReportAnAgentThatIsNotThere() {
    // Same rows, but a bus of its own on which no agent listens.
    var vertx = Vertx.vertx();
    try {
      var client = clientOf(deploy(vertx, world.dbConfig, world.redisConfig));
      world.as(TestWorld.USER_KEY).post("/session", Bodies.session("outage-agent"));
      var reply = client.post("/session/outage-agent", Bodies.of("runId", null, "mode", "query"));
      assertThat(reply.status()).as(reply.text()).isEqualTo(503);
      var lists = client.get("/session/outage-agent/files");
      assertThat(lists.status()).isEqualTo(503);
      assertThat(lists.message()).contains("agent." + TestWorld.AGENT);
    } finally {
      vertx.close().await();
    }
  }
}
