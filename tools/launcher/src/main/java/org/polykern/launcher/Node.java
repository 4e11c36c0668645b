package org.polykern.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.AgentVerticle;
import org.polykern.common.config.RedisConfig;
import org.polykern.common.db.DbConfig;
import org.polykern.common.db.Migrations;
import org.polykern.common.secret.SecretBox;
import org.polykern.embedded.EmbeddedPostgres;
import org.polykern.embedded.EmbeddedRedis;
import org.polykern.gateway.GatewayVerticle;
import org.polykern.gateway.proxy.coordinator.CoordinatorVerticle;
import org.polykern.gateway.proxy.worker.WorkerVerticle;
import org.polykern.launcher.cluster.ClusteredVertx;
import org.polykern.launcher.instance.DataDirectory;
import org.polykern.launcher.seed.ClientEnv;
import org.polykern.launcher.seed.SecretKeyFile;
import org.polykern.launcher.seed.Seed;
import org.polykern.launcher.settings.DatabaseSection;
import org.polykern.launcher.settings.RedisSection;
import org.polykern.launcher.settings.Settings;
import org.polykern.launcher.startup.Startup;
import org.polykern.launcher.startup.Step;
import org.polykern.scheduler.SchedulerVerticle;

/**
 * The start-up list of one process. Fields are written by the step that makes the part and read by
 * later steps only; {@link Startup} orders them.
 */
final class Node {
  private static final int DB_POOL_SIZE = 16;

  private final NodeOptions options;
  private final Settings settings;
  private final DataDirectory data;
  private final Startup startup;

  private volatile @Nullable EmbeddedPostgres postgres;
  private volatile @Nullable EmbeddedRedis redis;
  private volatile @Nullable Vertx vertx;
  private volatile @Nullable SecretBox secrets;
  private volatile Seed.@Nullable Keys keys;
  private volatile @Nullable GatewayVerticle gateway;
  private volatile @Nullable AgentVerticle agent;

  Node(NodeOptions options, Settings settings, Startup.Progress progress) {
    this.options = options;
    this.settings = settings;
    this.data = options.data();
    this.startup = new Startup(progress);
    plan();
  }

  /** Starts everything; on failure nothing is left running. */
  void start() {
    startup.start();
  }

  /** Stops everything in reverse; returns what went wrong on the way. */
  List<Exception> stop() {
    return startup.stop();
  }

  /** Where clients connect; empty while (or where) no gateway of this process listens. */
  String url() {
    var listening = gateway;
    return listening == null ? "" : Endpoint.url(settings.gateway.get().host(), listening.port());
  }

  /** The agent of this process, once it has started. */
  Optional<AgentVerticle> agent() {
    return Optional.ofNullable(agent);
  }

  private void plan() {
    startup.stage(Step.of("Checks", () -> Checks.beforeStart(options, settings)));
    var servers = new ArrayList<Step>();
    if (options.needsDatabase()) {
      if (settings.database.find().isEmpty()) {
        servers.add(new Step("PostgreSQL", this::startPostgres, this::stopPostgres));
      }
      if (settings.redis.find().isEmpty()) {
        servers.add(new Step("Redis", this::startRedis, this::stopRedis));
      }
    }
    if (!servers.isEmpty()) {
      startup.stage(servers.toArray(Step[]::new));
    }
    // After the servers, so that it stops before them: its pools would complain of lost
    // connections.
    var vertx = new Step(options.clustered() ? "Cluster" : "Vert.x", this::join, this::leave);
    if (options.needsDatabase()) {
      startup.stage(vertx, Step.of("Schema", this::prepareDatabase));
    } else {
      startup.stage(vertx);
    }
    if (options.has(Role.SCHEDULER)) {
      startup.stage(
          verticle("Scheduler", () -> new SchedulerVerticle(settings.scheduler.get(), db())));
    }
    startup.stage(rolesBesideEachOther());
    if (options.has(Role.GATEWAY)) {
      startup.stage(Step.of("Keys", this::writeKeys));
    }
    if (options.has(Role.AGENT) && options.ownsKernels()) {
      startup.stage(new Step("Kernels", () -> {}, this::removeKernels));
    }
    startup.stage(Step.of("Health", this::awaitHealth));
  }

  private Step[] rolesBesideEachOther() {
    var steps = new ArrayList<Step>();
    if (options.has(Role.GATEWAY)) {
      steps.add(verticle("Gateway", this::makeGateway));
    }
    if (options.has(Role.AGENT)) {
      steps.add(verticle("Agent", this::makeAgent));
    }
    if (options.has(Role.APP_PROXY)) {
      var proxy = settings.appProxy.get();
      if (proxy.worker()) {
        steps.add(verticle("Apps", () -> new WorkerVerticle(proxy, db(), present(secrets))));
      }
      if (proxy.coordinator()) {
        steps.add(
            verticle("App proxy", () -> new CoordinatorVerticle(proxy, db(), present(secrets))));
      }
    }
    return steps.toArray(Step[]::new);
  }

  private void startPostgres() {
    postgres = EmbeddedPostgres.start(data.postgres());
  }

  private void stopPostgres() {
    present(postgres).stop();
  }

  private void startRedis() {
    redis = EmbeddedRedis.start(data.redis());
  }

  private void stopRedis() {
    present(redis).stop();
  }

  private void join() {
    vertx =
        options.clustered()
            ? ClusteredVertx.join(settings.cluster.get())
            : Vertx.vertx(ClusteredVertx.options());
  }

  private void leave() {
    present(vertx).close().timeout(30, SECONDS).await();
  }

  private void prepareDatabase() throws Exception {
    var database = db();
    Migrations.migrate(database);
    var box = SecretKeyFile.open(data.secretKey());
    secrets = box;
    keys = Seed.plant(database, box);
  }

  private GatewayVerticle makeGateway() {
    var made = new GatewayVerticle(settings.gateway.get(), db(), redisConfig(), present(secrets));
    gateway = made;
    return made;
  }

  private void writeKeys() {
    ClientEnv.write(data.adminEnv(), url(), present(keys).admin());
    ClientEnv.write(data.userEnv(), url(), present(keys).user());
  }

  private AgentVerticle makeAgent() {
    var made = new AgentVerticle(settings.agent.get());
    agent = made;
    return made;
  }

  private void removeKernels() {
    present(agent).stopAll().timeout(60, SECONDS).await();
  }

  private void awaitHealth() throws Exception {
    if (options.has(Role.GATEWAY)) {
      Health.awaitGateway(URI.create(url()));
    }
    if (options.has(Role.AGENT) && options.needsDatabase()) {
      Health.awaitAgent(db(), settings.agent.get().id());
    }
  }

  private Step verticle(String name, Supplier<VerticleBase> maker) {
    var deployment = new String[1];
    return new Step(
        name,
        () ->
            deployment[0] =
                present(vertx)
                    .deployVerticle(maker, new DeploymentOptions())
                    .timeout(90, SECONDS)
                    .await(),
        () -> present(vertx).undeploy(deployment[0]).timeout(60, SECONDS).await());
  }

  private DbConfig db() {
    return settings
        .database
        .find()
        .map(DatabaseSection::toDbConfig)
        .orElseGet(() -> Embedded.dbConfig(present(postgres), DB_POOL_SIZE));
  }

  private RedisConfig redisConfig() {
    return settings
        .redis
        .find()
        .map(RedisSection::toRedisConfig)
        .orElseGet(() -> {
          var own = present(redis);
          return new RedisConfig(own.host(), own.port(), own.password());
        });
  }

  private static <T> T present(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("A step used a part before the step that makes it");
    }
    return part;
  }
}
