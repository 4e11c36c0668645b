package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);
  private final SignedClient superadmin = world.as(TestWorld.SUPER_KEY);

  private void refused(int status, String problem, String message, Map<String, Object> body) {
    refused(user, status, problem, message, body);
  }

  private void refused(
      SignedClient who, int status, String problem, String message, Map<String, Object> body) {
    var reply = who.post("/session", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.problem()).isEqualTo(problem);
    assertThat(reply.message()).contains(message);
    assertThat(rowsNamed((String) body.get("name"))).as("rows left behind").isZero();
  }

  private long rowsNamed(String name) {
    return world
        .db
        .query("select count(*) from session where name = $1", Tuple.of(name))
        .iterator()
        .next()
        .getLong(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/session",
        "/kernel",
        "/session/create",
        "/kernel/create",
        "/session/_/create",
        "/v4/kernel/create"
      })
  void shouldCreateUnderEveryAlias(String path) {
    var name = "alias" + path.replace('/', '_');
    var reply = user.post(path, Bodies.session(name));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    var json = reply.json();
    assertThat(UUID.fromString(json.path("sessionId").asText())).isNotNull();
    assertThat(json.path("sessionName").asText()).isEqualTo(name);
    assertThat(json.path("created").asBoolean()).isTrue();
    assertThat(json.path("servicePorts").get(0).path("name").asText()).isEqualTo("jupyter");
    assertThat(json.path("servicePorts").get(0).has("host_ports")).isFalse();
  }

  @Test
  void shouldInsertSessionKernelsHistoryAndVariables() {
    var body =
        Bodies.session(
            "stuck-cluster",
            "enqueueOnly",
            true,
            "cluster_size",
            3,
            "cluster_mode",
            "multi-node",
            "bootstrap_script",
            "echo hi",
            "config",
            Map.of(
                "environ", Map.of("MINE", "1", "BACKENDAI_SESSION_NAME", "forged"),
                "preopen_ports", List.of("9000"),
                "resources", Map.of("cpu", 2, "mem", "1g")));
    var reply = user.post("/session", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    assertThat(reply.json().path("status").asText()).isEqualTo("PENDING");
    assertThat(reply.json().path("servicePorts").size()).isZero();
    var id = UUID.fromString(reply.json().path("sessionId").asText());

    var session =
        world.db.query("select * from session where id = $1", Tuple.of(id)).iterator().next();
    assertThat(session.getJsonObject("environ").getMap())
        .containsEntry("MINE", "1")
        .containsEntry("BACKENDAI_SESSION_NAME", "stuck-cluster")
        .containsEntry("BACKENDAI_SESSION_ID", id.toString())
        .containsEntry("BACKENDAI_ACCESS_KEY", TestWorld.USER_KEY)
        .containsEntry("BACKENDAI_CLUSTER_SIZE", "3")
        .containsEntry("BACKENDAI_CLUSTER_REPLICAS", "main:1,sub:2")
        .containsEntry("BACKENDAI_CLUSTER_HOSTS", "main1,sub1,sub2")
        .containsEntry("BACKENDAI_KERNEL_IMAGE", TestWorld.IMAGE)
        .containsEntry("BACKENDAI_USER_EMAIL", "user@example.org")
        .containsEntry("BACKENDAI_PREOPEN_PORTS", "9000");
    assertThat(session.getString("bootstrap_script")).isEqualTo("echo hi");
    var hosts = new java.util.ArrayList<String>();
    for (var kernel :
        world.db.query(
            "select * from kernel where session_id = $1 order by cluster_hostname", Tuple.of(id))) {
      hosts.add(kernel.getString("cluster_role") + kernel.getInteger("cluster_idx"));
      assertThat(kernel.getJsonObject("requested_slots").getMap())
          .isEqualTo(Map.of("cpu", "2", "mem", "1073741824"));
      assertThat(kernel.getLong("shmem_bytes")).isEqualTo(64L << 20);
      if (kernel.getString("cluster_role").equals("main")) {
        assertThat(kernel.getUUID("id")).isEqualTo(id);
      }
    }
    assertThat(hosts).containsExactly("main1", "sub1", "sub2");
    assertThat(
            world
                .db
                .query("select status from status_history where session_id = $1", Tuple.of(id))
                .iterator()
                .next()
                .getString(0))
        .isEqualTo("PENDING");
  }

  @Test
  void shouldAnswerTimeoutWhenNothingStartsInTime() {
    var before = System.nanoTime();
    var reply = user.post("/session", Bodies.session("stuck-timeout", "maxWaitSeconds", 1));
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json().path("status").asText()).isEqualTo("TIMEOUT");
    assertThat(System.nanoTime() - before).isBetween(900_000_000L, 5_000_000_000L);
  }

  @Test
  void shouldTellWhyAStartFailed() {
    var reply = user.post("/session", Bodies.session("failing1"));
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json().path("status").asText()).isEqualTo("CANCELLED");
    assertThat(reply.json().path("statusInfo").asText()).isEqualTo("failed-to-start");
  }

  @Test
  void shouldNoticeAStartWhoseEventWasLost() throws Exception {
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = pool.submit(() -> user.post("/session", Bodies.session("stuck-lost")));
      Awaitility.await().until(() -> rowsNamed("stuck-lost") == 1);
      var id =
          world
              .db
              .query("select id from session where name = 'stuck-lost'", Tuple.tuple())
              .iterator()
              .next()
              .getUUID(0);
      // Behind everybody's back, without any event.
      world.db.query("update session set status = 'RUNNING' where id = $1", Tuple.of(id));
      assertThat(waiting.get().json().path("status").asText()).isEqualTo("RUNNING");
    }
  }

  @Test
  void shouldEndTheWaitWhenTheSessionIsCancelled() throws Exception {
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = pool.submit(() -> user.post("/session", Bodies.session("stuck-cancel")));
      Awaitility.await().until(() -> rowsNamed("stuck-cancel") == 1);
      var ended = user.delete("/session/stuck-cancel");
      assertThat(ended.json().at("/stats/status").asText()).isEqualTo("cancelled");
      assertThat(waiting.get().json().path("status").asText()).isEqualTo("CANCELLED");
    }
  }

  @Test
  void shouldReuseOrRefuseAnExistingName() {
    var first = user.post("/session", Bodies.session("reuse1"));
    var id = first.json().path("sessionId").asText();
    var again = user.post("/session", Bodies.session("reuse1"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("created").asBoolean(true)).isFalse();
    assertThat(again.json().path("sessionId").asText()).isEqualTo(id);
    assertThat(again.json().path("servicePorts")).isEqualTo(again.json().path("service_ports"));

    for (var body :
        List.of(
            Bodies.session("reuse1", "reuseIfExists", false),
            Bodies.session("reuse1", "image", "local/bash:5"))) {
      var refused = user.post("/session", body);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.problem()).isEqualTo("session-already-exists");
      assertThat(refused.json().at("/data/existingSessionId").asText()).isEqualTo(id);
    }
    // Only the exact name counts, and only the own one.
    assertThat(user.post("/session", Bodies.session("reuse10")).status()).isEqualTo(201);
    assertThat(superadmin.post("/session", Bodies.session("reuse1")).status()).isEqualTo(201);
  }

  @Test
  void shouldLetExactlyOneOfManyWinAName() throws Exception {
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 16)
              .<Callable<SignedClient.Reply>>mapToObj(
                  i -> () -> user.post("/session", Bodies.session("race1", "enqueueOnly", true)))
              .toList();
      var created = 0;
      for (var future : pool.invokeAll(tasks)) {
        var reply = future.get();
        assertThat(reply.status()).as(reply.text()).isIn(200, 201);
        created += reply.status() == 201 ? 1 : 0;
      }
      assertThat(created).isEqualTo(1);
      assertThat(rowsNamed("race1")).isEqualTo(1);
    }
  }

  @Test
  void shouldNameNearImages() {
    var reply = user.post("/session", Bodies.of("name", "noimage", "image", "pyhton"));
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.problem()).isEqualTo("object-not-found");
    assertThat(reply.json().path("title").asText()).isEqualTo("No such environment image.");
    assertThat(reply.message()).contains("unknown alias or disallowed registry").contains("python");
    assertThat(reply.json().at("/data/near").toString()).contains("python");
  }

  @ParameterizedTest
  @ValueSource(strings = {"python", "local/python:3.11", "python:3.11"})
  void shouldFindImagesBySeveralNames(String image) {
    var name = "image" + image.replaceAll("[^a-z0-9]", "-");
    var reply = user.post("/session", Bodies.of("name", name, "image", image));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
  }

  @Test
  void shouldRefuseOtherArchitectures() {
    refused(
        404,
        "object-not-found",
        "exists for x86_64",
        Bodies.session("arch1", "architecture", "aarch64"));
  }

  @Test
  void shouldRefuseWhatNoAgentCanEverGive() {
    refused(
        400,
        "invalid-api-params",
        "100g of mem (the largest agent has 16g)",
        Bodies.session("huge1", "config", Map.of("resources", Map.of("mem", "100g"))));
    refused(
        400,
        "invalid-api-params",
        "12 of cpu (the largest agent has 8)",
        Bodies.session("huge2", "config", Map.of("resources", Map.of("cpu", 12))));
    refused(
        400,
        "invalid-api-params",
        "24 of cpu",
        Bodies.session(
            "huge3",
            "cluster_size",
            3,
            "cluster_mode",
            "single-node",
            "config",
            Map.of("resources", Map.of("cpu", 8))));
  }

  @Test
  void shouldValidate() {
    refused(400, "invalid-api-params", "4 to 64", Bodies.session("ab"));
    refused(400, "invalid-api-params", "reserved", Bodies.session("from-template"));
    refused(
        400, "invalid-api-params", "startup command", Bodies.session("batch1", "type", "batch"));
    refused(
        400, "invalid-api-params", "Only batch", Bodies.session("batch2", "starts_at", "30min"));
    refused(412, "quota-exceeded", "at most 3", Bodies.session("big1", "cluster_size", 4));
    refused(400, "invalid-api-params", "Invalid domain", Bodies.session("dom1", "domain", "other"));
    refused(400, "invalid-api-params", "Invalid group", Bodies.session("grp1", "group", "nosuch"));
    refused(400, "invalid-api-params", "Invalid group", Bodies.session("grp2", "group", "closed"));
    refused(
        404,
        "object-not-found",
        "scaling group 'nosuch'",
        Bodies.session("sgroup1", "config", Map.of("scaling_group", "nosuch")));
    refused(
        400,
        "invalid-api-params",
        "Unknown requested resource slot: gpu",
        Bodies.session("slot1", "config", Map.of("resources", Map.of("gpu", 1))));
    refused(
        400,
        "invalid-api-params",
        "Port 8081",
        Bodies.session("port1", "config", Map.of("preopen_ports", List.of(8081))));
    refused(
        404,
        "object-not-found",
        "virtual folder 'data'",
        Bodies.session("mount1", "config", Map.of("mounts", List.of("data"))));
    refused(
        400,
        "invalid-api-params",
        "'nosuch' is none",
        Bodies.session("dep1", "dependencies", List.of("nosuch")));
    refused(
        403,
        "insufficient-privilege",
        "superadmin",
        Bodies.session("agents1", "config", Map.of("agent_list", List.of(TestWorld.AGENT))));
    refused(400, "invalid-api-params", "NUL", Bodies.session("nul1", "tag", "a\0b"));
  }

  @Test
  void shouldLetASuperadminChooseAgents() {
    refused(
        superadmin,
        400,
        "invalid-api-params",
        "no agent 'i-none'",
        Bodies.session("agents2", "config", Map.of("agent_list", List.of("i-none"))));
    refused(
        superadmin,
        400,
        "invalid-api-params",
        "Expected 1 agents",
        Bodies.session("agents3", "config", Map.of("agent_list", List.of("i-a", "i-b"))));
    var reply =
        superadmin.post(
            "/session",
            Bodies.session("agents4", "config", Map.of("agentList", List.of(TestWorld.AGENT))));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
  }

  @Test
  void shouldActForOthersAsFarAsAllowed() {
    var name = "owned1";
    var byAdmin =
        world
            .as(TestWorld.ADMIN_KEY)
            .post("/session", Bodies.session(name, "owner_access_key", TestWorld.USER_KEY));
    assertThat(byAdmin.status()).as(byAdmin.text()).isEqualTo(201);
    assertThat(user.get("/session/" + name).status()).isEqualTo(200);
    assertThat(superadmin.get("/session/" + name).status()).isEqualTo(404);
    assertThat(
            superadmin.get("/session/" + name + "?owner_access_key=" + TestWorld.USER_KEY).status())
        .isEqualTo(200);
    assertThat(user.get("/session/" + name + "?owner_access_key=" + TestWorld.USER_KEY).status())
        .isEqualTo(200);
    refused(
        403,
        "generic-forbidden",
        "Only administrators",
        Bodies.session("owned2", "owner_access_key", TestWorld.SUPER_KEY));
    refused(
        world.as(TestWorld.ADMIN_KEY),
        403,
        "generic-forbidden",
        "own domain",
        Bodies.session("owned3", "owner_access_key", TestWorld.OTHER_KEY));
    refused(
        world.as(TestWorld.ADMIN_KEY),
        403,
        "generic-forbidden",
        "own domain",
        Bodies.session("owned4", "owner_access_key", TestWorld.SUPER_KEY));
    refused(
        superadmin,
        400,
        "invalid-api-params",
        "Unknown owner",
        Bodies.session("owned5", "owner_access_key", "AKIANOBODY"));
  }

  @Test
  void shouldWaitForANameThatIsBecomingFree() throws Exception {
    var id =
        user.post("/session", Bodies.session("untouched-ending", "enqueueOnly", true))
            .json()
            .path("sessionId")
            .asText();
    var old = UUID.fromString(id);
    world.db.query("update session set status = 'TERMINATING' where id = $1", Tuple.of(old));
    var again = Bodies.session("untouched-ending", "enqueueOnly", true);
    var impatient = user.post("/session", again);
    assertThat(impatient.status()).isEqualTo(400);
    assertThat(impatient.message()).contains("TERMINATING");
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = pool.submit(() -> user.post("/session", again));
      world.cluster.move(
          old,
          org.polykern.common.session.SessionStatus.TERMINATED,
          "user-requested",
          "session_terminated");
      assertThat(waiting.get().status()).isEqualTo(201);
    }
  }

  @Test
  void shouldKeepBatchSettings() {
    var reply =
        user.post(
            "/session",
            Bodies.session(
                "stuck-batch",
                "type",
                "BATCH",
                "startupCommand",
                "make",
                "starts_at",
                "2030-01-01T00:00:00Z",
                "enqueueOnly",
                true,
                "dependencies",
                List.of(parent())));
    assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    var row =
        world
            .db
            .query(
                "select s.*, d.depends_on from session s join session_dependency d on d.session_id"
                    + " = s.id where s.name = 'stuck-batch'",
                Tuple.tuple())
            .iterator()
            .next();
    assertThat(row.getString("session_type")).isEqualTo("batch");
    assertThat(row.getString("startup_command")).isEqualTo("make");
    assertThat(row.getOffsetDateTime("starts_at").toInstant())
        .isEqualTo(java.time.Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(row.getUUID("depends_on").toString()).isEqualTo(parent());
  }

  private String parent() {
    return user.post("/session", Bodies.session("parent1")).json().path("sessionId").asText();
  }
}
