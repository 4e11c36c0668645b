package org.polykern.gateway.event;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.TaskMoved;
import org.polykern.common.db.Db;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Long work of this gateway that users watch from any gateway. A task whose gateway has died counts
 * as failed after a minute.
 */
public final class BackgroundTasks {
  private static final Logger log = LoggerFactory.getLogger(BackgroundTasks.class);
  private static final Duration ALIVE = Duration.ofSeconds(15);

  private static final String INSERT =
      "insert into background_task (id, user_id, name) values ($1, $2, $3)";
  private static final String PROGRESS =
      """
      update background_task set current_progress = $2, total_progress = $3, message = $4,
        updated_at = now()
      where id = $1 and status = 'started'\
      """;
  private static final String END =
      """
      update background_task set status = $2, message = $3, updated_at = now()
      where id = $1 and status = 'started'\
      """;
  private static final String READ =
      """
      select id, user_id, status, message, current_progress, total_progress
      from background_task where id = $1\
      """;
  private static final String STILL_HERE =
      "update background_task set updated_at = now() where id = any($1) and status = 'started'";
  private static final String DESERTED =
      """
      update background_task
      set status = 'failed', message = 'The server that did this has ended.', updated_at = now()
      where status = 'started' and updated_at < now() - interval '1 minute'
      returning id\
      """;
  private static final String PURGE =
      """
      delete from background_task
      where status <> 'started' and updated_at < now() - interval '1 day'\
      """;

  /** The work; its exception's message is what users see of a failure. */
  @FunctionalInterface
  public interface Body {
    /** Answers the last message. */
    String run(Progress progress) throws Exception;
  }

  /** How far it is; {@code total} 0 = not known. */
  @FunctionalInterface
  public interface Progress {
    void at(double current, double total, String message);
  }

  private final Db db;
  private final Bus bus;
  private final Tasks tasks;
  private final Set<UUID> running = ConcurrentHashMap.newKeySet();

  public BackgroundTasks(Db db, Bus bus, Tasks tasks) {
    this.db = db;
    this.bus = bus;
    this.tasks = tasks;
  }

  /** Begins to care for tasks. */
  public void start() {
    tasks.every(ALIVE, "background-care", this::care);
  }

  /**
   * Starts one.
   *
   * @param owner the user who may watch it
   * @param name for logs
   */
  public UUID start(UUID owner, String name, Body body) {
    var id = UUID.randomUUID();
    db.query(INSERT, Tuple.of(id, owner, name));
    running.add(id);
    tasks.startLoop("background-" + name, () -> run(id, name, body));
    return id;
  }

  /** Empty when it is not known, or ended more than a day ago. */
  Optional<TaskState> find(UUID id) {
    var rows = db.query(READ, Tuple.of(id)).iterator();
    return rows.hasNext() ? Optional.of(TaskState.of(rows.next())) : Optional.empty();
  }

  private void run(UUID id, String name, Body body) {
    try {
      var message =
          body.run(
              (current, total, said) -> write(id, PROGRESS, Tuple.of(id, current, total, said)));
      write(id, END, Tuple.of(id, "done", message));
    } catch (InterruptedException e) {
      write(id, END, Tuple.of(id, "cancelled", "The server was stopped."));
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("Background task {} failed", name, e);
      write(
          id, END, Tuple.of(id, "failed", e.getMessage() == null ? e.toString() : e.getMessage()));
    } finally {
      running.remove(id);
    }
  }

  private void write(UUID id, String sql, Tuple values) {
    db.query(sql, values);
    bus.publish(Addresses.TASKS, new TaskMoved(id));
  }

  private void care() {
    if (!running.isEmpty()) {
      db.query(STILL_HERE, Tuple.of(running.toArray(UUID[]::new)));
    }
    for (var row : db.query(DESERTED, Tuple.tuple())) {
      bus.publish(Addresses.TASKS, new TaskMoved(row.getUUID(0)));
    }
    db.query(PURGE, Tuple.tuple());
  }
}
