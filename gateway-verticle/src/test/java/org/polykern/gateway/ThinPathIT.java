package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.ConsoleItem;

class ThinPathIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);

  @Test
  void shouldCreateExecuteTellAndEnd() {
    var created = user.post("/session", Map.of("name", "thin1", "image", "python"));
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.json().path("status").asText()).isEqualTo("RUNNING");
    assertThat(created.json().path("servicePorts").get(0).path("ports").get(0).asInt())
        .isEqualTo(8081);

    world.cluster.onRun =
        command ->
            switch (command) {
              case RunCommand.Execute e ->
                  new RunCommand.Outcome.Result(
                      e.runId(),
                      "finished",
                      0,
                      null,
                      List.of(new ConsoleItem("stdout", null, "42\n")));
              default -> new RunCommand.Outcome.Done();
            };
    var body = new HashMap<String, Object>();
    body.put("runId", null);
    body.put("mode", "query");
    body.put("code", "print(6*7)");
    body.put("options", null);
    var executed = user.post("/session/thin1", body);
    assertThat(executed.status()).as(executed.text()).isEqualTo(200);
    var result = executed.json().path("result");
    assertThat(result.path("status").asText()).isEqualTo("finished");
    assertThat(result.path("console").toString()).isEqualTo("[[\"stdout\",\"42\\n\"]]");
    assertThat(result.path("runId").asText()).isNotEmpty();

    var info = user.get("/session/thin1");
    assertThat(info.status()).as(info.text()).isEqualTo(200);
    assertThat(info.json().path("status").asText()).isEqualTo("RUNNING");

    var ended = user.delete("/session/thin1");
    assertThat(ended.status()).as(ended.text()).isEqualTo(200);
    assertThat(ended.json().at("/stats/status").asText()).isEqualTo("terminated");
    assertThat(user.get("/session/thin1").status()).isEqualTo(404);
  }
}
