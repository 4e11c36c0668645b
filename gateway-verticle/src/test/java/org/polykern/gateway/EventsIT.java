package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.SessionEvent;
import org.polykern.common.bus.TaskMoved;
import org.polykern.common.id.SessionId;

/** Server-sent events over real sockets and the real database; the publisher is played here. */
class EventsIT {
  private final TestWorld world = TestWorld.get();

  @Test
  void shouldTellOwnersWhatHappensFromNowOnAndOthersNothing() {
    var mine = session("user", TestWorld.USER_KEY);
    try (var own = listen(TestWorld.USER_KEY, "", null);
        var other = listen(TestWorld.OTHER_KEY, "", null);
        var superadmin = listen(TestWorld.SUPER_KEY, "?sessionId=" + mine, null)) {
      publish(mine, "session_started");
      own.awaitNames(mine, List.of("session_started"));
      superadmin.awaitNames(mine, List.of("session_started"));
      var event = own.events(mine).getFirst();
      assertThat(event.id()).matches("\\d+");
      assertThat(event.data().path("sessionName").asText()).isEqualTo("s-" + mine);
      assertThat(event.data().path("ownerAccessKey").asText()).isEqualTo(TestWorld.USER_KEY);
      assertThat(event.data().path("exitCode").isNull()).isTrue();
      assertThat(event.data().has("kernelId")).isFalse();
      assertThat(other.events(mine)).isEmpty();
    }
  }

  @Test
  void shouldTellWhatWasMissedOnceAndInOrder() {
    var mine = session("user", TestWorld.USER_KEY);
    String last;
    try (var first = listen(TestWorld.USER_KEY, "?sessionId=" + mine, null)) {
      publish(mine, "session_enqueued");
      first.awaitNames(mine, List.of("session_enqueued"));
      last = first.events(mine).getFirst().id();
    }
    var names = new ArrayList<String>();
    for (var i = 0; i < 3000; i++) {
      names.add("session_step_" + i);
      log(mine, "session_step_" + i);
    }
    wake(mine);
    try (var again = listen(TestWorld.USER_KEY, "?sessionId=" + mine, last)) {
      for (var i = 0; i < 50; i++) {
        names.add("session_late_" + i);
        publish(mine, "session_late_" + i);
      }
      again.awaitNames(mine, names);
    }
  }

  @Test
  void shouldRefuseWhatItCannotUnderstand() {
    var user = world.as(TestWorld.USER_KEY);
    assertThat(user.get("/events/session?sessionId=nonsense").status()).isEqualTo(400);
    assertThat(user.get("/events/session?scope=image").message()).contains("kernel");
    assertThat(user.get("/events/session?group=nobody").status()).isEqualTo(404);
    assertThat(user.get("/events/session?group=closed").status()).isEqualTo(404);
    assertThat(user.get("/events/session?owner_access_key=" + TestWorld.OTHER_KEY).status())
        .isEqualTo(403);
    assertThat(user.get("/events/background-task").status()).isEqualTo(400);
    var unknown = user.get("/events/background-task?task_id=" + UUID.randomUUID());
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message()).contains("No such background task.");
  }

  @Test
  void shouldTellAnEndedTaskAtOnceAndEndTheStream() {
    var id = task("done", "All good.");
    try (var stream = events("/events/background-task?task_id=" + id, TestWorld.USER_KEY, null)) {
      stream.awaitEnd();
      assertThat(stream.names()).containsExactly("bgtask_done", "server_close");
      assertThat(stream.all().getFirst().data().path("message").asText()).isEqualTo("All good.");
    }
    var foreign = world.as(TestWorld.OTHER_KEY).get("/events/background-task?task_id=" + id);
    assertThat(foreign.status()).isEqualTo(404);
  }

  @Test
  void shouldFollowARunningTaskToItsEnd() {
    var id = task("started", "begun");
    try (var stream = events("/events/background-task?taskId=" + id, TestWorld.USER_KEY, null)) {
      stream.awaitCount(1);
      move(id, "update background_task set current_progress = 3, total_progress = 7 where id = $1");
      stream.awaitCount(2);
      var progress = stream.all().get(1).data();
      assertThat(progress.path("current_progress").asDouble()).isEqualTo(3);
      assertThat(progress.path("total_progress").asDouble()).isEqualTo(7);
      move(id, "update background_task set status = 'failed', message = 'no' where id = $1");
      stream.awaitEnd();
      assertThat(stream.names())
          .containsExactly("bgtask_updated", "bgtask_updated", "bgtask_failed", "server_close");
    }
  }

  private EventStream listen(String key, String query, String lastId) {
    return events("/events/session" + query, key, lastId);
  }

  private EventStream events(String target, String key, String lastId) {
    var client = world.as(key);
    if (lastId != null) {
      client.extraHeaders.put("Last-Event-ID", lastId);
    }
    return EventStream.open(client.signed("GET", target, null, null));
  }

  private UUID session(String user, String key) {
    var id = UUID.randomUUID();
    world.db.query(
        "insert into session (id, name, session_type, domain_name, project_id, user_id,"
            + " access_key, scaling_group, image, architecture, requested_slots, status) values"
            + " ($1, $2, 'interactive', 'default', $3, $4, $5, 'default', 'x', 'x86_64', '{}',"
            + " 'RUNNING')",
        Tuple.of(id, "s-" + id, UUID.randomUUID(), world.userId(user), key));
    return id;
  }

  private UUID task(String status, String message) {
    var id = UUID.randomUUID();
    world.db.query(
        "insert into background_task (id, user_id, name, status, message) values ($1, $2, 'x', $3,"
            + " $4)",
        Tuple.of(id, world.userId("user"), status, message));
    return id;
  }

  private void move(UUID task, String sql) {
    world.db.query(sql, Tuple.of(task));
    world.bus.publish(Addresses.TASKS, new TaskMoved(task));
  }

  private void publish(UUID session, String name) {
    log(session, name);
    wake(session);
  }

  private void log(UUID session, String name) {
    world.db.query(
        "insert into event_log (at, name, session_id, session_name, access_key, user_id,"
            + " domain_name, project_id, reason) select now(), $2, id, name, access_key, user_id,"
            + " domain_name, project_id, '' from session where id = $1",
        Tuple.of(session, name));
  }

  private void wake(UUID session) {
    world.bus.publish(
        Addresses.SESSION_EVENTS,
        new SessionEvent(
            "x", new SessionId(session), null, "", "", "", null, java.time.Instant.now()));
  }
}
