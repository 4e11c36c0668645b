package org.polykern.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;

/**
 * The test bed: starts instances of the product with its own launcher script, as a user would.
 *
 * @param home the repository's root, where the script {@code polykern} is
 * @param quick take fewer samples, for a first look
 */
record Bed(Path home, boolean quick) {
  private static final int UP_SECONDS = 120;

  /** A running instance with its client. Closing it takes it down and removes its data. */
  static final class Instance implements AutoCloseable {
    private final Bed bed;
    private final Path data;
    private final ApiClient api;
    final SessionClient sessions;

    private Instance(Bed bed, Path data) {
      this.bed = bed;
      this.data = data;
      var config =
          ClientConfig.load(
              Map.of(ClientConfig.FILE_VARIABLE, data.resolve("client.env").toString()), data);
      this.api = new ApiClient(config);
      this.sessions = new SessionClient(api);
    }

    /** Creates a session with the least resources and waits until it runs. */
    void create(String name) {
      sessions.create(new SessionSpec(name, "python", Map.of(), Map.of(), false, false, 0));
    }

    /** The same with a port that is open from the start, and a service of its number; its id. */
    String createWithPort(String name, int port) {
      return sessions
          .create(
              new SessionSpec(name, "python", Map.of(), Map.of(), false, false, 0, List.of(port)))
          .id();
    }

    /** Where all of its files are. */
    Path data() {
      return data;
    }

    /** Runs the code to its end; throws unless it finished with 0. */
    void execute(String session, String code) {
      var step = step(session, null, "query", code);
      while (!"finished".equals(step.path("status").asText())) {
        step = step(session, step.path("runId").asText(), "continue", "");
      }
      if (step.path("exitCode").asInt(-1) != 0) {
        throw new IllegalStateException("Expected the code to end with 0, but got " + step);
      }
    }

    private JsonNode step(String session, @Nullable String run, String mode, String code) {
      var body = ApiClient.JSON.createObjectNode();
      body.put("runId", run).put("mode", mode).put("code", code).putNull("options");
      return api.call("POST", "/session/" + session, body).path("result");
    }

    @Override
    public void close() throws IOException {
      api.close();
      bed.polykern(Map.of(), "down", "--data", data.toString());
      bed.removeData(data);
    }
  }

  /** Starts an instance on a free port with data of its own. */
  Instance start(String backend, Map<String, String> environment) throws IOException {
    var data = Files.createTempDirectory("polykern-bench");
    up(data, backend, environment);
    return new Instance(this, data);
  }

  /** {@code up --detach}; returns when it is healthy. */
  void up(Path data, String backend, Map<String, String> environment) throws IOException {
    polykern(
        environment,
        "up",
        "--detach",
        "--port",
        Integer.toString(freePort()),
        "--data",
        data.toString(),
        "--backend",
        backend);
  }

  void down(Path data) throws IOException {
    polykern(Map.of(), "down", "--data", data.toString());
  }

  void removeData(Path data) throws IOException {
    run(List.of("rm", "-rf", data.toString()), Map.of());
  }

  /** Whether a Docker engine answers on its default socket. */
  static boolean engineAnswers() {
    return Files.exists(Path.of("/var/run/docker.sock"));
  }

  private void polykern(Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(home.resolve("polykern").toString());
    command.addAll(List.of(arguments));
    run(command, environment);
  }

  private static void run(List<String> command, Map<String, String> environment)
      throws IOException {
    var log = Files.createTempFile("polykern-bench", ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      if (!process.waitFor(UP_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(
            "Expected '"
                + String.join(" ", command)
                + "' to succeed, but: "
                + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for " + command, e);
    } finally {
      process.destroy();
      Files.delete(log);
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
