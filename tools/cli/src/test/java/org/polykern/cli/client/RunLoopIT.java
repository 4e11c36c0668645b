package org.polykern.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.cli.SignedServer;

class RunLoopIT {
  private static final String ROUTE = "POST /session/mine";

  private final List<String> told = new ArrayList<>();
  private SignedServer server;
  private ApiClient api;
  private RunLoop loop;

  @BeforeEach
  void start() throws IOException {
    server = new SignedServer();
    api = new ApiClient(ClientConfig.load(server.environment(), Path.of("")));
    loop = new RunLoop(new SessionClient(api), new Recorder(), duration -> {});
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  @Test
  void shouldGoOnAfterTheServerWasAway() {
    server.on(ROUTE, 200, step("continued", "null"));
    server.refuse(ROUTE, 503, "service-unavailable", "Unavailable.", "");
    server.refuse(ROUTE, 502, "bad-gateway", "Bad gateway.", "");
    server.on(ROUTE, 200, step("finished", "4"));
    assertThat(loop.run("mine", "x").exitCode()).isEqualTo(4);
    assertThat(told).containsExactly("reconnecting");
  }

  @Test
  void shouldGiveUpAfterItsPatience() {
    server.on(ROUTE, 200, step("continued", "null"));
    server.refuse(ROUTE, 503, "service-unavailable", "Unavailable.", "");
    assertThatThrownBy(() -> loop.run("mine", "x")).isInstanceOf(ApiException.class);
    assertThat(server.bodies(ROUTE)).hasSizeBetween(30, 40);
  }

  @Test
  void shouldNotTypeALineTwice() {
    server.on(ROUTE, 200, step("waiting-input", "null"));
    server.refuse(ROUTE, 503, "service-unavailable", "Unavailable.", "");
    assertThatThrownBy(() -> loop.run("mine", "x")).isInstanceOf(ApiException.class);
    assertThat(server.bodies(ROUTE)).hasSize(2);
  }

  @Test
  void shouldNotRepeatTheFirstCall() {
    server.refuse(ROUTE, 503, "service-unavailable", "Unavailable.", "");
    assertThatThrownBy(() -> loop.run("mine", "x")).isInstanceOf(ApiException.class);
    assertThat(server.bodies(ROUTE)).hasSize(1);
  }

  @Test
  void shouldRefuseAStatusItDoesNotKnow() {
    server.on(ROUTE, 200, step("pondering", "null"));
    assertThatThrownBy(() -> loop.run("mine", "x")).hasMessageContaining("'pondering'");
  }

  private static String step(String status, String exitCode) {
    return """
    {"result": {"runId": "r1", "status": "%s", "exitCode": %s, "options": {"is_password": true},
     "files": [], "console": []}}\
    """
        .formatted(status, exitCode);
  }

  private final class Recorder implements RunListener {
    @Override
    public void output(List<RunStep.Item> items) {
      told.add("output");
    }

    @Override
    public String input(boolean password) {
      told.add(password ? "password" : "input");
      return "line";
    }

    @Override
    public void reconnecting(ClientException reason) {
      told.add("reconnecting");
    }
  }
}
