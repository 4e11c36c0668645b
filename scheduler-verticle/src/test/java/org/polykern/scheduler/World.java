package org.polykern.scheduler;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.SchedulerWake;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.db.Migrations;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;
import org.polykern.common.task.Tasks;
import org.polykern.embedded.EmbeddedServers;

/**
 * A database of its own on a shared real PostgreSQL, and the other parts of the product as fakes:
 * this class writes rows as the gateway does and hears the events.
 */
final class World implements AutoCloseable {
  static final String IMAGE = "local/python:3.11";
  private static final UUID USER = UUID.randomUUID();
  private static final UUID PROJECT = UUID.randomUUID();
  // Started once for all tests of the JVM: its guardian stops it when the JVM ends.
  private static final EmbeddedServers SERVERS = EmbeddedServers.temporary();

  final Vertx vertx = Vertx.vertx();
  final Tasks tasks = new Tasks("world", Duration.ofSeconds(5));
  final Bus bus = new Bus(vertx, tasks);
  final DbConfig config;
  // Schedulers log in under a name of their own, so that a test can break their connections alone.
  final DbConfig schedulerConfig;
  final Db db;
  final List<SessionEvent> events = new CopyOnWriteArrayList<>();
  volatile long lastEnqueuedNanos;
  final List<FakeAgent> agents = new ArrayList<>();

  World() {
    var name = "t" + UUID.randomUUID().toString().replace("-", "");
    var postgres = SERVERS.postgres();
    var admin =
        new DbConfig(
            postgres.host(),
            postgres.port(),
            postgres.database(),
            postgres.user(),
            postgres.password(),
            2);
    try (var maintenance = new Db(vertx, admin)) {
      maintenance.query("create database " + name, Tuple.tuple());
    }
    config = new DbConfig(admin.host(), admin.port(), name, admin.user(), admin.password(), 8);
    Migrations.migrate(config);
    schedulerConfig = new DbConfig(admin.host(), admin.port(), name, "scheduler_" + name, "x", 8);
    db = new Db(vertx, config);
    sql("create role " + schedulerConfig.user() + " login superuser password 'x'");
    bus.subscribe(Addresses.SESSION_EVENTS, events::add).await();
    sql("insert into scaling_group (name) values ('default') on conflict do nothing");
    sql("insert into domain (name) values ('default') on conflict do nothing");
    sql("insert into project (id, domain_name, name) values ($1, 'default', 'default')", PROJECT);
    sql(
        """
        insert into app_user (id, email, username, domain_name)
        values ($1, 'who@example.org', 'who', 'default')\
        """,
        USER);
  }

  static SchedulerConfig quick() {
    return new SchedulerConfig(
        Duration.ofMillis(1_500),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ZERO,
        Duration.ofSeconds(60),
        3,
        200,
        2_000);
  }

  String scheduler(SchedulerConfig scheduler) {
    return vertx.deployVerticle(new SchedulerVerticle(scheduler, schedulerConfig)).await();
  }

  FakeAgent agent(String id, long cpu) {
    var agent = new FakeAgent(this, id, cpu);
    agents.add(agent);
    return agent;
  }

  /** Inserts a session of equal kernels as the gateway does, and rings the bell. */
  SessionId enqueue(int kernels, long cpu) {
    return enqueue(kernels, cpu, "multi-node", 10);
  }

  SessionId enqueueDependent(SessionId dependency) {
    return enqueue(1, 1, "single-node", 10, List.of(dependency));
  }

  SessionId enqueue(int kernels, long cpu, String mode, int priority) {
    return enqueue(kernels, cpu, mode, priority, List.of());
  }

  private SessionId enqueue(
      int kernels, long cpu, String mode, int priority, List<SessionId> dependencies) {
    var session = SessionId.random();
    var slots = new JsonObject().put("cpu", String.valueOf(cpu)).put("mem", "1048576");
    db.inTransaction(tx -> {
      tx.query(
          """
          insert into session (id, name, session_type, cluster_mode, cluster_size, domain_name,
            project_id, user_id, access_key, scaling_group, image, architecture, requested_slots,
            environ, priority)
          values ($1, $2, 'interactive', $3, $4, 'default', $5, $6, 'AKTEST', 'default', $7,
            'x86_64', $8, $9, $10)\
          """,
          Tuple.tuple(
              List.of(
                  session.value(),
                  "s-" + session,
                  mode,
                  kernels,
                  PROJECT,
                  USER,
                  IMAGE,
                  slots,
                  new JsonObject().put("A", "b"),
                  priority)));
      for (var i = 0; i < kernels; i++) {
        var role = i == 0 ? "main" : "sub";
        var index = Math.max(1, i);
        tx.query(
            """
            insert into kernel (id, session_id, cluster_role, cluster_idx, cluster_hostname, image,
              architecture, requested_slots, shmem_bytes)
            values ($1, $2, $3, $4, $5, $6, 'x86_64', $7, 65536)\
            """,
            Tuple.tuple(
                List.of(
                    i == 0 ? session.value() : UUID.randomUUID(),
                    session.value(),
                    role,
                    index,
                    role + index,
                    IMAGE,
                    slots)));
      }
      for (var dependency : dependencies) {
        tx.query(
            "insert into session_dependency (session_id, depends_on) values ($1, $2)",
            Tuple.of(session.value(), dependency.value()));
      }
      Lifecycle.enqueued(tx, session);
      return session;
    });
    lastEnqueuedNanos = System.nanoTime();
    wake();
    return session;
  }

  /** As the gateway's destroy does. */
  void destroy(SessionId session) {
    sql("update session set desired = 'terminate' where id = $1", session.value());
    wake();
  }

  /** As the gateway's restart does. */
  void restart(SessionId session) {
    db.inTransaction(tx -> {
      var to = SessionStatus.RESTARTING;
      Lifecycle.moveSession(tx, session, to, "restarting", null, null);
      return Lifecycle.moveKernels(tx, kernels(session), to, "restarting", null, null);
    });
    wake();
  }

  /** Every connection of every scheduler breaks now. */
  void breakSchedulerConnections() {
    sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1",
        schedulerConfig.user());
  }

  void wake() {
    bus.publish(Addresses.SCHEDULER_WAKE, new SchedulerWake("test"));
  }

  List<KernelId> kernels(SessionId session) {
    return rows(
            "select id from kernel where session_id = $1 order by cluster_role, cluster_idx",
            session.value())
        .stream()
        .map(row -> new KernelId(row.getUUID(0)))
        .toList();
  }

  KernelId main(SessionId session) {
    return new KernelId(session.value());
  }

  String status(SessionId session) {
    return one("select status from session where id = $1", session.value()).getString(0);
  }

  String info(SessionId session) {
    return one("select status_info from session where id = $1", session.value()).getString(0);
  }

  /** Names of the events of one session, in the order heard. */
  List<String> heard(SessionId session) {
    return events.stream()
        .filter(e -> e.sessionId().equals(session))
        .map(SessionEvent::name)
        .toList();
  }

  /** Agents whose ledger and counter differ, or which are over-booked. Must always be empty. */
  List<String> brokenAccounts() {
    return rows(
            """
            select c.agent_id || '/' || c.slot_name from agent_capacity c
            left join (
              select agent_id, slot_name, sum(amount) as amount from allocation group by 1, 2) l
              on l.agent_id = c.agent_id and l.slot_name = c.slot_name
            where c.occupied <> coalesce(l.amount, 0) or c.occupied > c.capacity\
            """)
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  long booked() {
    return one("select count(*) from allocation").getLong(0);
  }

  Row one(String sql, Object... parameters) {
    return rows(sql, parameters).getFirst();
  }

  List<Row> rows(String sql, Object... parameters) {
    var rows = new ArrayList<Row>();
    db.query(sql, Tuple.tuple(List.of(parameters))).forEach(rows::add);
    return rows;
  }

  void sql(String sql, Object... parameters) {
    db.query(sql, Tuple.tuple(List.of(parameters)));
  }

  @Override
  public void close() {
    agents.forEach(FakeAgent::close);
    vertx.deploymentIDs().forEach(id -> vertx.undeploy(id).await());
    bus.close();
    tasks.close();
    db.close();
    vertx.close().await();
  }
}
