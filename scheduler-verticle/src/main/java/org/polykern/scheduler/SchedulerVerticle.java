package org.polykern.scheduler;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.db.Db;
import org.polykern.common.db.DbConfig;
import org.polykern.common.task.Tasks;

/** Wires the scheduler and registers its consumers. All work happens on its {@link Tasks}. */
public final class SchedulerVerticle extends VerticleBase {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final SchedulerConfig config;
  private final DbConfig dbConfig;
  private @Nullable Running running;

  /** What stops together, in reverse order of its start. */
  private record Running(Db db, Tasks tasks, Bus bus, Loops loops) {
    void stop() {
      bus.close();
      tasks.close();
      loops.close();
      db.close();
    }
  }

  public SchedulerVerticle(SchedulerConfig config, DbConfig dbConfig) {
    this.config = config;
    this.dbConfig = dbConfig;
  }

  @Override
  public Future<?> start() {
    var tasks = new Tasks("scheduler", GRACE);
    var db = new Db(vertx, dbConfig);
    var bus = new Bus(vertx, tasks);
    var loops = new Loops(config, db, bus, tasks, Clock.systemUTC());
    running = new Running(db, tasks, bus, loops);
    loops.start();
    return Future.all(
        bus.consume(Addresses.REPORTS, loops.reports()::apply),
        bus.subscribe(Addresses.SCHEDULER_WAKE, wake -> loops.wakeHere()));
  }

  @Override
  public Future<?> stop() {
    var stopping = running;
    running = null;
    if (stopping == null) {
      return Future.succeededFuture();
    }
    // Not here: closing waits for tasks, which may wait for answers that this context delivers.
    return vertx.executeBlocking(() -> {
      stopping.stop();
      return stopping;
    });
  }
}
