package org.polykern.gateway;

import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;
import org.polykern.common.session.Lifecycle;
import org.polykern.common.session.SessionStatus;

/** Scheduler and agent as the gateway sees them: rows that move, and answers on the bus. */
final class PretendedCluster {
  private final Db db;
  private final Bus bus;
  private final ReentrantLock lock = new ReentrantLock();
  final List<RunCommand> runs = new CopyOnWriteArrayList<>();
  final List<FileCommand> files = new CopyOnWriteArrayList<>();
  volatile Function<RunCommand, RunCommand.Outcome> onRun =
      command -> new RunCommand.Outcome.Done();
  final List<StreamCommand> streams = new CopyOnWriteArrayList<>();
  volatile Function<StreamCommand, StreamCommand.Outcome> onStream =
      command -> new StreamCommand.Outcome.Done();
  volatile Function<FileCommand, FileCommand.Outcome> onFile =
      command -> new FileCommand.Outcome.Done();

  /** Sessions whose name starts with this are left PENDING. */
  static final String STUCK = "stuck";

  /** Sessions whose name starts with this are never touched. */
  static final String UNTOUCHED = "untouched";

  /** Sessions whose name starts with this fail to start. */
  static final String FAILING = "failing";

  PretendedCluster(Db db, Bus bus) {
    this.db = db;
    this.bus = bus;
    bus.subscribe(Addresses.SCHEDULER_WAKE, wake -> step()).await();
    var agent = new AgentId(TestWorld.AGENT);
    bus.consume(
            Addresses.runs(agent),
            command -> {
              runs.add(command);
              return onRun.apply(command);
            })
        .await();
    bus.consume(
            Addresses.files(agent),
            command -> {
              files.add(command);
              return onFile.apply(command);
            })
        .await();
    bus.consume(
            Addresses.streams(agent),
            command -> {
              streams.add(command);
              return onStream.apply(command);
            })
        .await();
  }

  private void step() {
    lock.lock();
    try {
      for (var row :
          db.query(
              "select id, name, status from session where status in ('PENDING', 'TERMINATING',"
                  + " 'RESTARTING')",
              Tuple.tuple())) {
        var id = row.getUUID("id");
        var name = row.getString("name");
        if (name.startsWith(UNTOUCHED)) {
          continue;
        }
        switch (row.getString("status")) {
          case "PENDING" -> {
            if (name.startsWith(FAILING)) {
              move(id, SessionStatus.SCHEDULED, "scheduled", "session_scheduled");
              move(id, SessionStatus.CANCELLED, "failed-to-start", "session_cancelled");
            } else if (!name.startsWith(STUCK)) {
              start(id);
            }
          }
          case "TERMINATING" ->
              move(id, SessionStatus.TERMINATED, "user-requested", "session_terminated");
          default -> move(id, SessionStatus.RUNNING, "", "session_started");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void start(UUID id) {
    move(id, SessionStatus.SCHEDULED, "scheduled", "session_scheduled");
    db.query(
        "update kernel set agent_id = $2, container_id = 'c-1', service_ports ="
            + " '[{\"name\": \"jupyter\", \"protocol\": \"http\", \"container_ports\": [8081],"
            + " \"host_ports\": [33333]}]', last_stat = '{\"mem\": {\"current\": \"5\","
            + " \"unit_hint\": \"bytes\"}}' where session_id = $1",
        Tuple.of(id, TestWorld.AGENT));
    move(id, SessionStatus.RUNNING, "new-container-started", "session_started");
  }

  void move(UUID id, SessionStatus to, String reason, String event) {
    db.inTransaction(tx -> {
      var kernels = new ArrayList<KernelId>();
      for (var kernel : tx.query("select id from kernel where session_id = $1", Tuple.of(id))) {
        kernels.add(new KernelId(kernel.getUUID(0)));
      }
      Lifecycle.moveKernels(tx, kernels, to, reason, null, null);
      Lifecycle.moveSession(tx, new SessionId(id), to, reason, event, null);
      return id;
    });
    bus.publish(
        Addresses.SESSION_EVENTS,
        new SessionEvent(event, new SessionId(id), null, "", "", reason, null, Instant.now()));
  }
}
