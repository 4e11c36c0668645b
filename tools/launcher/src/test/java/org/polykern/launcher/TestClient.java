package org.polykern.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.RunListener;
import org.polykern.cli.client.RunLoop;
import org.polykern.cli.client.RunStep;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;

/** A client with the keys of a data directory. */
final class TestClient implements AutoCloseable {
  private static final int MAX_WAIT_SECONDS = 120;

  private final ApiClient api;
  private final SessionClient sessions;

  TestClient(Path data) {
    var env = data.resolve("client.env").toString();
    api = new ApiClient(ClientConfig.load(Map.of(ClientConfig.FILE_VARIABLE, env), data));
    sessions = new SessionClient(api);
  }

  /** Creates a session that takes one core, or finds the living one. */
  void create(String name) {
    sessions.create(
        new SessionSpec(
            name,
            "python",
            Map.of(),
            Map.of("cpu", "1", "mem", "256m"),
            true,
            false,
            MAX_WAIT_SECONDS));
  }

  /** What the code printed. */
  String run(String session, String code) throws InterruptedException {
    var output = new StringBuilder();
    var listener =
        new RunListener() {
          @Override
          public void output(java.util.List<RunStep.Item> items) {
            output.append(
                items.stream().map(item -> item.value().asText()).collect(Collectors.joining()));
          }

          @Override
          public String input(boolean password) {
            throw new IllegalStateException("Expected no question");
          }

          @Override
          public void reconnecting(ClientException reason) {}
        };
    new RunLoop(sessions, listener).run(session, code);
    return output.toString();
  }

  @Override
  public void close() {
    api.close();
  }
}
