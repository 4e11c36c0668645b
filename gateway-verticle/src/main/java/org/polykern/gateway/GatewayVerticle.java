package org.polykern.gateway;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.config.RedisConfig;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.secret.SecretBox;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.auth.Authenticator;
import org.polykern.gateway.auth.Keypairs;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.auth.TerminalPasses;
import org.polykern.gateway.create.CreateRoutes;
import org.polykern.gateway.event.BackgroundTasks;
import org.polykern.gateway.event.EventFeed;
import org.polykern.gateway.event.EventRoutes;
import org.polykern.gateway.event.TaskWatch;
import org.polykern.gateway.files.FileRoutes;
import org.polykern.gateway.http.Edge;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.proxy.AppProxyGrants;
import org.polykern.gateway.proxy.AppProxyRoutes;
import org.polykern.gateway.rate.RateLimit;
import org.polykern.gateway.rate.RedisLink;
import org.polykern.gateway.rate.RedisTickets;
import org.polykern.gateway.rate.UseCounters;
import org.polykern.gateway.run.KernelCalls;
import org.polykern.gateway.run.KernelTargets;
import org.polykern.gateway.run.RunRoutes;
import org.polykern.gateway.session.SessionRestart;
import org.polykern.gateway.session.SessionRoutes;
import org.polykern.gateway.session.SessionWaiters;
import org.polykern.gateway.session.Sessions;
import org.polykern.gateway.stream.AppProxyAccess;
import org.polykern.gateway.stream.ExecuteRoute;
import org.polykern.gateway.stream.LiveStreams;
import org.polykern.gateway.stream.ServiceStreams;
import org.polykern.gateway.stream.StreamRoutes;
import org.polykern.gateway.stream.TerminalViews;
import org.polykern.gateway.stream.Tunnels;
import org.polykern.gateway.system.SystemRoutes;
import org.polykern.gateway.terminal.TerminalPageRoutes;
import org.polykern.gateway.terminal.TerminalService;

/**
 * The gateway's table of contents. Deploy it on an event loop; the schema must be migrated before.
 */
public final class GatewayVerticle extends VerticleBase {
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 64 * 1024;

  /** Of a WebSocket, as the API says. */
  private static final int MAX_MESSAGE = 16 << 20;

  /** Raw frames of a terminal instead of JSON. */
  private static final String TERMINAL_PROTOCOL = "polykern.terminal.v1";

  /** Twenty files of 1 MiB and what is around them. */
  private static final long MAX_UPLOAD = 24L << 20;

  private final GatewayConfig config;
  private final DbConfig dbConfig;
  private final RedisConfig redisConfig;
  private final SecretBox secrets;

  // Once true, requests that wait for a session are answered with what is known.
  private volatile boolean stopping;
  private @Nullable Parts parts;
  private @Nullable Router router;
  private @Nullable HttpServer server;

  private record Parts(Tasks tasks, Bus bus, Db db, RedisLink redis, UseCounters counters) {}

  public GatewayVerticle(GatewayConfig config, DbConfig db, RedisConfig redis, SecretBox secrets) {
    this.config = config;
    this.dbConfig = db;
    this.redisConfig = redis;
    this.secrets = secrets;
  }

  /** The port it listens on. Throws IllegalStateException before it is deployed. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("The gateway does not listen yet");
    }
    return server.actualPort();
  }

  @Override
  public Future<?> start() {
    var tasks = new Tasks("gateway", GRACE);
    var bus = new Bus(vertx, tasks);
    var db = new Db(vertx, dbConfig);
    var redis = new RedisLink(vertx, redisConfig);
    var counters = new UseCounters(db);
    parts = new Parts(tasks, bus, db, redis, counters);
    counters.start(tasks);
    var made = router(parts);
    router = made;
    return Future.all(heard).compose(all -> listen(made));
  }

  private final List<Future<Void>> heard = new ArrayList<>();

  /** What ends streams, which would never end by themselves. */
  private final List<Runnable> leaving = new ArrayList<>();

  private Router router(Parts p) {
    var keypairs = new Keypairs(p.db, secrets);
    var owners = new Owners(keypairs);
    var sessions = new Sessions(p.db);
    var waiters = new SessionWaiters(p.db, () -> stopping);
    var targets = new KernelTargets(sessions);
    var calls = new KernelCalls(p.bus, p.tasks, targets);
    heard.add(p.bus.subscribe(Addresses.SESSION_EVENTS, waiters::hear));
    heard.add(p.bus.subscribe(Addresses.SESSION_EVENTS, targets::hear));

    var endpoints = new ArrayList<Endpoint>();
    var identity =
        new SystemRoutes.Identity(config.apiVersion(), config.managerVersion(), config.host());
    endpoints.addAll(new SystemRoutes(p.db, p.redis, p.bus, identity).endpoints());
    endpoints.addAll(new CreateRoutes(p.db, p.bus, owners, sessions, waiters).endpoints());
    endpoints.addAll(
        new SessionRoutes(p.db, p.bus, owners, sessions, waiters, targets::forget).endpoints());
    endpoints.addAll(new RunRoutes(p.db, owners, sessions, targets, calls, p.counters).endpoints());
    endpoints.addAll(new FileRoutes(owners, calls).endpoints());
    endpoints.addAll(events(p, owners).endpoints());
    var restart = new SessionRestart(p.db, p.bus, waiters);
    var sessionParts = new TerminalViews.SessionParts(sessions, waiters, restart);
    var grants = new AppProxyGrants(p.db, p.bus, InstantSource.system());
    var live = new LiveStreams();
    heard.add(p.bus.subscribe(Addresses.SESSION_EVENTS, live::hear));
    leaving.add(live::close);
    endpoints.addAll(streams(p, owners, calls, sessionParts, live, grants).endpoints());
    endpoints.addAll(
        new ExecuteRoute(vertx, p.tasks, owners, targets, calls, p.counters, live).endpoints());
    endpoints.addAll(new AppProxyRoutes(p.db, grants).endpoints());
    var passes = new TerminalPasses(new RedisTickets(p.redis), keypairs);
    endpoints.addAll(new TerminalPageRoutes(owners, sessions, passes).endpoints());

    var edge =
        new Edge(
            p.tasks,
            new Authenticator(keypairs, InstantSource.system()),
            passes,
            new RateLimit(p.redis, config.rateWindowSeconds()),
            p.counters,
            new Edge.Limits(config.maxBody(), MAX_UPLOAD, config.maxRequests()));
    return edge.router(vertx, endpoints);
  }

  private EventRoutes events(Parts p, Owners owners) {
    var feed = new EventFeed(p.db, p.tasks);
    var background = new BackgroundTasks(p.db, p.bus, p.tasks);
    var watch = new TaskWatch(background, p.tasks);
    heard.add(p.bus.subscribe(Addresses.SESSION_EVENTS, feed::hear));
    heard.add(p.bus.subscribe(Addresses.TASKS, watch::hear));
    feed.start();
    background.start();
    leaving.add(feed::close);
    leaving.add(watch::close);
    return new EventRoutes(p.db, owners, feed, background, watch);
  }

  private StreamRoutes streams(
      Parts p,
      Owners owners,
      KernelCalls calls,
      TerminalViews.SessionParts session,
      LiveStreams live,
      AppProxyAccess appProxy) {
    var tunnels = new Tunnels(vertx);
    var views = new TerminalViews(vertx, p.tasks, calls, tunnels, live, session);
    var ttyd = new TerminalService(vertx, p.tasks, views);
    heard.add(ttyd.start());
    leaving.add(ttyd::close);
    var services = new ServiceStreams(vertx, p.tasks, calls, tunnels, ttyd);
    var parts = new StreamRoutes.StreamParts(tunnels, live, services, views);
    return new StreamRoutes(vertx, owners, session.sessions(), parts, appProxy);
  }

  /** For the test that every route says who may use it. */
  List<Route> routes() {
    return Objects.requireNonNull(router).getRoutes();
  }

  static HttpServerOptions httpOptions() {
    return new HttpServerOptions()
        .setHandle100ContinueAutomatically(true)
        .setMaxInitialLineLength(MAX_LINE)
        .setMaxHeaderSize(MAX_HEADERS)
        .setMaxFormBufferedBytes(MAX_HEADERS)
        .setMaxWebSocketFrameSize(MAX_MESSAGE)
        .setMaxWebSocketMessageSize(MAX_MESSAGE)
        .addWebSocketSubProtocol(TERMINAL_PROTOCOL)
        // The API negotiates no extensions; deflating terminals and tunnels costs more than it
        // saves.
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false);
  }

  private Future<HttpServer> listen(Router router) {
    return vertx
        .createHttpServer(httpOptions())
        .requestHandler(router)
        .invalidRequestHandler(Edge::answerInvalid)
        .listen(config.port(), config.host())
        .onSuccess(listening -> server = listening);
  }

  /** Stops listening, lets requests in work finish, then closes what they used. */
  @Override
  public Future<?> stop() {
    stopping = true;
    leaving.forEach(Runnable::run);
    var p = Objects.requireNonNull(parts);
    var stopped =
        server == null
            ? Future.succeededFuture()
            : server.shutdown(GRACE.toSeconds(), TimeUnit.SECONDS);
    return stopped
        .transform(ignored -> vertx.executeBlocking(() -> drain(p), false))
        .onComplete(done -> {
          p.redis.close();
          p.db.close();
        });
  }

  private static Parts drain(Parts p) {
    p.bus.close();
    p.tasks.start("last-count", p.counters::write); // a task, because only tasks may wait
    p.tasks.close();
    return p;
  }
}
