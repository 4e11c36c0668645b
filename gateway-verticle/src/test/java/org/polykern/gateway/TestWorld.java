package org.polykern.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import org.polykern.common.bus.Bus;
import org.polykern.common.config.RedisConfig;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.db.Migrations;
import org.polykern.common.secret.SecretBox;
import org.polykern.common.task.Tasks;
import org.polykern.embedded.EmbeddedServers;

/**
 * A gateway over real servers, with a pretended cluster behind it. One for all integration tests of
 * the module: starting it takes seconds. Each test uses names of its own.
 */
final class TestWorld {
  static final String USER_KEY = "AKIAUSERUSERUSERUSER";
  static final String OTHER_KEY = "AKIAOTHEROTHEROTHER1";
  static final String ADMIN_KEY = "AKIAADMINADMINADMIN1";
  static final String SUPER_KEY = "AKIASUPERSUPERSUPER1";
  static final String SECRET = "secret-secret-secret-secret-secret-1234";
  static final String IMAGE = "local/python:3.11";
  static final String AGENT = "i-test";

  private static TestWorld instance;

  final EmbeddedServers servers = EmbeddedServers.temporary();
  final Vertx vertx = Vertx.vertx();
  final DbConfig dbConfig;
  final RedisConfig redisConfig;
  final SecretBox secrets = new SecretBox(new byte[SecretBox.KEY_BYTES]);
  final Db db;
  final Bus bus;
  final PretendedCluster cluster;
  final GatewayVerticle gateway;

  private TestWorld() {
    var postgres = servers.postgres();
    dbConfig =
        new DbConfig(
            postgres.host(),
            postgres.port(),
            postgres.database(),
            postgres.user(),
            postgres.password(),
            8);
    var redis = servers.redis();
    redisConfig = new RedisConfig(redis.host(), redis.port(), redis.password());
    Migrations.migrate(dbConfig);
    db = new Db(vertx, dbConfig);
    seed();
    bus = new Bus(vertx, new Tasks("pretended", Duration.ofSeconds(5)));
    cluster = new PretendedCluster(db, bus);
    gateway = new GatewayVerticle(GatewayConfig.onPort(0), dbConfig, redisConfig, secrets);
    vertx.deployVerticle(gateway).await();
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
  }

  static synchronized TestWorld get() {
    if (instance == null) {
      instance = new TestWorld();
    }
    return instance;
  }

  SignedClient as(String accessKey) {
    return new SignedClient(gateway.port(), accessKey, SECRET);
  }

  private void seed() {
    db.query("insert into domain (name) values ('default'), ('other')", Tuple.tuple());
    db.query("insert into scaling_group (name) values ('default')", Tuple.tuple());
    db.query(
        "insert into project (domain_name, name) values ('default', 'default'), ('other',"
            + " 'default'), ('default', 'closed')",
        Tuple.tuple());
    db.query("insert into keypair_policy values ('default', 10, 3)", Tuple.tuple());
    person("user", "user", "default", USER_KEY);
    person("other", "user", "other", OTHER_KEY);
    person("admin", "admin", "default", ADMIN_KEY);
    person("super", "superadmin", "default", SUPER_KEY);
    db.query(
        "insert into agent (id, incarnation, scaling_group, status, architecture, backend,"
            + " version, addr) values ($1, $2, 'default', 'ALIVE', 'x86_64', 'process', '1', 'x')",
        Tuple.of(AGENT, UUID.randomUUID()));
    db.query(
        "insert into agent_capacity (agent_id, slot_name, capacity) values ($1, 'cpu', 8), ($1,"
            + " 'mem', 17179869184)",
        Tuple.of(AGENT));
    db.query(
        "insert into image (name, architecture, digest, size_bytes, labels) values ($1, 'x86_64',"
            + " 'sha256:0', 0, '{\"ai.backend.resource.min.cpu\": \"1\","
            + " \"ai.backend.resource.min.mem\": \"256m\", \"ai.backend.resource.max.cpu\": \"16\","
            + " \"ai.backend.service-ports\": \"jupyter:http:8081\"}'), ('local/bash:5', 'x86_64',"
            + " 'sha256:1', 0, '{}')",
        Tuple.of(IMAGE));
    db.query("insert into image_alias values ('python', $1)", Tuple.of(IMAGE));
  }

  private void person(String name, String role, String domain, String key) {
    var id = UUID.randomUUID();
    db.query(
        "insert into app_user (id, email, username, role, domain_name) values ($1, $2, $3, $4, $5)",
        Tuple.of(id, name + "@example.org", name, role, domain));
    db.query(
        "insert into project_member select id, $1 from project where name = 'default' and"
            + " domain_name = $2",
        Tuple.of(id, domain));
    keypair(key, id, role, 100_000);
  }

  void keypair(String key, UUID user, String role, Integer rateLimit) {
    db.query(
        "insert into keypair (access_key, secret_key, user_id, is_admin, policy, rate_limit) values"
            + " ($1, $2, $3, $4, 'default', $5)",
        Tuple.of(
            key, Buffer.buffer(secrets.seal(SECRET)), user, role.endsWith("admin"), rateLimit));
  }

  UUID userId(String name) {
    return db.query("select id from app_user where username = $1", Tuple.of(name))
        .iterator()
        .next()
        .getUUID(0);
  }
}
