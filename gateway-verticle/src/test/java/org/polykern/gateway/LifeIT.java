package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.common.session.SessionStatus;

class LifeIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final SignedClient superadmin = world.as(TestWorld.SUPER_KEY);

  private String create(String name) {
    var reply = user.post("/session", Bodies.session(name, "maxWaitSeconds", 5));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    return reply.json().path("sessionId").asText();
  }

  /** A session that the pretended scheduler leaves alone, in any status. */
  private String createIn(String name, String status) {
    var reply = user.post("/session", Bodies.session(name, "enqueueOnly", true));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    var id = reply.json().path("sessionId").asText();
    world.db.query(
        "update session set status = $2 where id = $1", Tuple.of(UUID.fromString(id), status));
    world.db.query(
        "update kernel set status = $2 where session_id = $1",
        Tuple.of(UUID.fromString(id), status));
    return id;
  }

  @Test
  void shouldTellEverything() {
    var id = create("life-info");
    var info = user.get("/session/life-info").json();
    assertThat(info.path("domainName").asText()).isEqualTo("default");
    assertThat(info.path("lang").asText()).isEqualTo(TestWorld.IMAGE);
    assertThat(info.path("image").asText()).isEqualTo(TestWorld.IMAGE);
    assertThat(info.path("registry").asText()).isEqualTo("local");
    assertThat(info.path("architecture").asText()).isEqualTo("x86_64");
    assertThat(info.path("containerId").asText()).isEqualTo("c-1");
    assertThat(info.path("status").asText()).isEqualTo("RUNNING");
    assertThat(info.path("age").asLong()).isNotNegative();
    assertThat(info.path("creationTime").asText()).isNotEmpty();
    assertThat(info.path("terminationTime").isNull()).isTrue();
    assertThat(info.path("environ").isTextual()).isTrue();
    assertThat(info.path("occupiedSlots").isTextual()).isTrue();
    assertThat(info.path("lastStat").at("/mem/current").asText()).isEqualTo("5");
    for (var key :
        new String[] {
          "groupId",
          "userId",
          "tag",
          "occupiedShares",
          "statusInfo",
          "statusData",
          "numQueriesExecuted",
          "idleChecks"
        }) {
      assertThat(info.has(key)).as(key).isTrue();
    }
    assertThat(UUID.fromString(info.path("groupId").asText())).isNotNull();
    assertThat(user.get("/kernel/" + id).status()).isEqualTo(200);
  }

  @Test
  void shouldFindByIdPrefixNameAndNamePrefix() {
    var id = create("life-find-one");
    create("life-find-other");
    assertThat(status("/session/" + id)).isEqualTo(200);
    assertThat(status("/session/" + id.substring(0, 13))).isEqualTo(200);
    assertThat(status("/session/" + id.toUpperCase(java.util.Locale.ROOT))).isEqualTo(200);
    assertThat(status("/session/life-find-on")).isEqualTo(200);
    assertThat(status("/session/life%2Dfind-one")).isEqualTo(200);
    assertThat(status("/session/life-nothing")).isEqualTo(404);
    assertThat(status("/session/%00")).isEqualTo(404);
    assertThat(status("/session/%25")).isEqualTo(404);

    var many = user.get("/session/life-find");
    assertThat(many.status()).isEqualTo(404);
    assertThat(many.problem()).isEqualTo("too-many-sessions-matched");
    var matches = many.json().at("/data/matches");
    assertThat(matches.size()).isEqualTo(2);
    for (var key : new String[] {"id", "name", "status", "created_at"}) {
      assertThat(matches.get(0).has(key)).as(key).isTrue();
    }
    // An exact name wins over longer ones.
    create("life-find");
    assertThat(status("/session/life-find")).isEqualTo(200);
    var matched = user.get("/session/_/match?id=life-find").json().path("matches");
    assertThat(matched.size()).isEqualTo(3);
    assertThat(matched.get(0).path("name").asText()).isEqualTo("life-find");
  }

  private int status(String target) {
    return user.get(target).status();
  }

  @Test
  void shouldEndWithStatisticsAndKeepTheName() {
    create("life-end");
    var ended = user.delete("/session/life-end?forced=false&owner_access_key=");
    assertThat(ended.status()).as(ended.text()).isEqualTo(200);
    var stats = ended.json().path("stats");
    assertThat(stats.path("status").asText()).isEqualTo("terminated");
    assertThat(stats.path("version").asInt()).isEqualTo(2);
    assertThat(stats.at("/mem/current").asText()).isEqualTo("5");
    assertThat(user.delete("/session/life-end").status()).isEqualTo(404);
    assertThat(create("life-end")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,false,200,cancelled",
    "SCHEDULED,false,200,terminated",
    "PREPARING,false,200,terminated",
    "PULLING,false,200,terminated",
    "CREATING,false,200,terminated",
    "RUNNING,false,200,terminated",
    "RESTARTING,false,200,terminated",
    "TERMINATING,false,200,terminated",
    "ERROR,false,403,",
    "ERROR,true,200,terminated",
    "RUNNING,true,403,",
    "PENDING,true,403,",
    "TERMINATED,false,404,",
    "CANCELLED,false,404,",
  })
  void shouldFollowTheDecisionTable(String from, boolean forced, int status, String end) {
    var name = "stuck-" + from + "-" + forced;
    var id = createIn(name, from);
    var reply = user.delete("/session/" + id + "?forced=" + forced);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    if (end != null) {
      assertThat(reply.json().at("/stats/status").asText()).isEqualTo(end);
      assertThat(rowOf(id)).isEqualTo("terminate " + end);
    } else if (status != 404) {
      assertThat(rowOf(id)).isEqualTo("run " + from.toLowerCase(java.util.Locale.ROOT));
    }
  }

  private String rowOf(String id) {
    var row =
        world
            .db
            .query(
                "select desired || ' ' || lower(status) from session where id = $1",
                Tuple.of(UUID.fromString(id)))
            .iterator()
            .next();
    return row.getString(0);
  }

  @Test
  void shouldLetAdministratorsForce() {
    var id = createIn("stuck-forced", "RUNNING");
    var target = "/session/" + id + "?forced=true&owner_access_key=" + TestWorld.USER_KEY;
    assertThat(superadmin.delete(target).status()).isEqualTo(200);
    var info =
        world
            .db
            .query(
                "select reason from status_history where session_id = $1 and status ="
                    + " 'TERMINATING' and kernel_id is null",
                Tuple.of(UUID.fromString(id)))
            .iterator()
            .next()
            .getString(0);
    assertThat(info).isEqualTo("force-terminated");
  }

  @Test
  void shouldRestart() {
    var id = create("life-restart");
    var reply = user.send("PATCH", "/session/life-restart", null, null);
    assertThat(reply.status()).as(reply.text()).isEqualTo(204);
    assertThat(reply.header("content-type")).isEmpty();
    var row =
        world
            .db
            .query(
                "select s.generation as s, k.generation as k from session s join kernel k on"
                    + " k.session_id = s.id where s.id = $1",
                Tuple.of(UUID.fromString(id)))
            .iterator()
            .next();
    assertThat(row.getInteger("s")).isEqualTo(2);
    assertThat(row.getInteger("k")).isEqualTo(2);
    var history = user.get("/session/life-restart/status-history").json().path("result");
    assertThat(history.has("restarting")).isTrue();
    assertThat(history.has("running")).isTrue();

    createIn("stuck-restart", "PENDING");
    var refused = user.send("PATCH", "/session/stuck-restart", null, null);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).contains("PENDING");
  }

  @Test
  void shouldTakeTheOverriddenMethodIntoTheSignature() {
    create("life-override");
    var client = world.as(TestWorld.USER_KEY);
    client.wireMethod = "POST";
    client.extraHeaders.put("X-Method-Override", "DELETE");
    var reply = client.send("DELETE", "/session/life-override", null, null);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().at("/stats/status").asText()).isEqualTo("terminated");
  }

  @Test
  void shouldRename() {
    var id = create("life-rename1");
    create("life-rename2");
    // The Python SDK sends the name in the query of an empty POST.
    var reply =
        user.send("POST", "/session/life-rename1/rename?name=life-rename3", "text/plain", null);
    assertThat(reply.status()).as(reply.text()).isEqualTo(204);
    assertThat(user.get("/session/life-rename3").json().path("sessionId").asText()).isEqualTo(id);
    assertThat(user.get("/session/life-rename1").status()).isEqualTo(404);

    var taken = user.post("/session/life-rename3/rename", Bodies.of("name", "life-rename2"));
    assertThat(taken.status()).isEqualTo(400);
    assertThat(taken.message()).contains("life-rename2");
    assertThat(user.post("/session/life-rename3/rename", Bodies.of("name", "x")).status())
        .isEqualTo(400);
    createIn("stuck-rename", "PENDING");
    assertThat(
            user.post("/session/stuck-rename/rename", Bodies.of("name", "life-rename4")).status())
        .isEqualTo(400);
  }

  @Test
  void shouldKeepTheLogsOfDeadSessions() {
    var id = create("life-logs");
    user.delete("/session/life-logs");
    assertThat(user.get("/session/life-logs/logs").json().at("/result/logs").asText()).isEmpty();
    world.db.query(
        "update kernel set container_log = $2 where id = $1",
        Tuple.of(UUID.fromString(id), Buffer.buffer("last words")));
    assertThat(user.get("/session/life-logs/logs").json().at("/result/logs").asText())
        .isEqualTo("last words");
    assertThat(user.get("/session/never-was/logs").status()).isEqualTo(404);
  }

  @Test
  void shouldShowCreatingAsPreparing() {
    createIn("stuck-creating", SessionStatus.CREATING.name());
    assertThat(user.get("/session/stuck-creating").json().path("status").asText())
        .isEqualTo("PREPARING");
  }
}
