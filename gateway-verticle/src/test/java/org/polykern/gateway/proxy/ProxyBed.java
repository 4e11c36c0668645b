package org.polykern.gateway.proxy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.polykern.common.db.Db;
import org.polykern.gateway.World;
import org.polykern.gateway.proxy.ProxyTokens.Leave;
import org.polykern.gateway.proxy.coordinator.CoordinatorVerticle;
import org.polykern.gateway.proxy.worker.Backends;
import org.polykern.gateway.proxy.worker.WorkerVerticle;

/** A coordinator and a worker over a real database; the tunnel is a plain connection. */
final class ProxyBed implements AutoCloseable, Backends {
  static final String MANAGER = "manager-secret-of-the-tests";
  static final String WORKER = "worker-secret-of-the-tests";

  /** Follows no redirect: what the proxy says is what is looked at. */
  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final World WORLD = World.get();

  final Db db = WORLD.db();
  final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  final InstantSource clock;
  final Map<String, Integer> ports = new ConcurrentHashMap<>();
  final List<String> deployments = new ArrayList<>();
  AppProxyConfig config;
  CoordinatorVerticle coordinator;
  WorkerVerticle worker;

  static Settings settings() {
    return new Settings();
  }

  /** The settings that tests change. */
  static final class Settings {
    String range = "0";
    String domain = "";
    List<String> trusted = List.of();
    Duration answer = Duration.ofSeconds(20);
    Duration lost = Duration.ofSeconds(30);
    String authority = "w-" + UUID.randomUUID();
    boolean frozen;

    AppProxyConfig config() {
      return new AppProxyConfig(
          "127.0.0.1",
          "",
          authority,
          true,
          true,
          0,
          0,
          range,
          domain,
          0,
          "",
          "",
          MANAGER,
          WORKER,
          trusted,
          Duration.ofMinutes(5),
          Duration.ofDays(7),
          Duration.ofHours(1),
          answer,
          Duration.ofMillis(300),
          lost,
          List.of("interactive", "inference"),
          false,
          List.of());
    }
  }

  ProxyBed() {
    this(settings());
  }

  ProxyBed(Settings settings) {
    // The workers of other tests are gone, whatever their rows say.
    db.query("delete from proxy_worker", Tuple.tuple());
    clock = settings.frozen ? now::get : InstantSource.system();
    config = settings.config();
    start();
  }

  void start() {
    startWorker();
    coordinator = new CoordinatorVerticle(config, WORLD.dbConfig(), WORLD.secrets(), clock);
    deployments.add(WORLD.vertx().deployVerticle(coordinator).await());
  }

  void startWorker() {
    worker =
        new WorkerVerticle(config, WORLD.dbConfig(), WORLD.secrets(), (db, bus) -> this, clock);
    deployments.add(WORLD.vertx().deployVerticle(worker).await());
  }

  void undeployWorker() {
    WORLD.vertx().undeploy(deployments.removeFirst()).await();
  }

  void stop() {
    deployments.reversed().forEach(id -> WORLD.vertx().undeploy(id).await());
    deployments.clear();
  }

  @Override
  public void close() {
    stop();
  }

  @Override
  public SocketChannel open(Circuit circuit) throws BackendException {
    var port = ports.get(circuit.app());
    if (port == null) {
      throw new BackendException(false, "The app " + circuit.app() + " does not listen.");
    }
    try {
      return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new BackendException(false, "Nobody listens on the app's port.");
    }
  }

  /** A running session with these services, each {@code name:protocol}. */
  UUID session(String... services) {
    var id = UUID.randomUUID();
    var list = new JsonArray();
    for (var service : services) {
      var parts = service.split(":", -1);
      list.add(
          new JsonObject()
              .put("name", parts[0])
              .put("protocol", parts[1])
              .put("container_ports", new JsonArray().add(8080).add(8081)));
    }
    db.query(
        "insert into session (id, name, session_type, domain_name, project_id, user_id, access_key,"
            + " scaling_group, image, architecture, requested_slots, status) select $1, $2,"
            + " 'interactive', 'default', p.id, $3, 'AKIAUSERUSERUSERUSER', 'default', 'i',"
            + " 'x86_64', '{}', 'RUNNING' from project p where p.domain_name = 'default' and p.name"
            + " = 'default'",
        Tuple.of(id, "proxy-" + id, WORLD.userId("user")));
    db.query(
        "insert into kernel (id, session_id, cluster_hostname, image, architecture,"
            + " requested_slots, shmem_bytes, status, service_ports) values ($1, $2, 'main1', 'i',"
            + " 'x86_64', '{}', 0, 'RUNNING', $3)",
        Tuple.of(UUID.randomUUID(), id, list));
    return id;
  }

  String token(UUID session) {
    return new ProxyTokens(db)
        .issue(
            new Leave(
                session, WORLD.userId("user"), "AKIAUSERUSERUSERUSER", null, "default", null, null),
            Duration.ofMinutes(5),
            clock.instant());
  }

  /** All steps up to the address of the app. */
  Opened open(UUID session, String app, String... query) {
    return openWith(token(session), session, app, query);
  }

  Opened openWith(String token, UUID session, String app, String... query) {
    var more = query.length == 0 ? "" : "&" + String.join("&", query);
    var added =
        json(
            get(
                coordinator.address()
                    + "/v2/proxy/"
                    + token
                    + "/"
                    + session
                    + "/add?app="
                    + app
                    + more));
    var told = json(get(added.getString("url"), "Accept", "application/json"));
    var setup = get(told.getString("redirect_url"));
    var cookie = setup.headers().firstValue("set-cookie").orElse("").split(";", -1)[0];
    return new Opened(
        setup.headers().firstValue("location").orElse(""), cookie, told.getBoolean("reuse"), setup);
  }

  /** An app that a browser was let in to. */
  record Opened(String url, String cookie, boolean reused, HttpResponse<String> setup) {
    int port() {
      return URI.create(url).getPort();
    }
  }

  static HttpResponse<String> get(String url, String... headers) {
    return send(request(url, headers).build());
  }

  static HttpRequest.Builder request(String url, String... headers) {
    var builder = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20));
    for (var i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder;
  }

  static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonObject json(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return new JsonObject(response.body());
  }
}
