package org.polykern.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.CommandRun;
import org.polykern.cli.SignedServer;
import org.polykern.cli.client.ApiClient;

class SessionCommandsIT {
  @TempDir Path directory;
  private SignedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new SignedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldListSessions() throws IOException {
    server.on(
        "GET /session/_/match?id=",
        200,
        "{\"matches\": [{\"id\": \"u1\", \"name\": \"first\", \"status\": \"RUNNING\"}]}");
    assertThat(run("ps").out()).isEqualTo("NAME   STATUS   ID\nfirst  RUNNING  u1\n");
    assertThat(json(run("ps", "--json").out()).get(0).path("name").asText()).isEqualTo("first");
  }

  @Test
  void shouldShowInformationAndLogs() {
    server.on("GET /session/mine", 200, "{\"status\": \"RUNNING\", \"tag\": null, \"age\": 5}");
    server.on("GET /session/mine/logs", 200, "{\"result\": {\"logs\": \"line\\n\"}}");
    assertThat(run("info", "mine").out()).isEqualTo("status  RUNNING\nage     5\n");
    assertThat(run("logs", "mine").out()).isEqualTo("line\n");
  }

  @Test
  void shouldGoOnAfterASessionThatCannotBeRemoved() throws IOException {
    server.refuse("DELETE /session/gone", 404, "object-not-found", "No such session.", "");
    server.on("DELETE /session/mine", 200, "{\"stats\": {\"status\": \"terminated\"}}");
    CommandRun run = run("rm", "gone", "mine");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).isEqualTo("mine\n");
    assertThat(run.err()).contains("error: gone: No such session.", "polykern ps");
    JsonNode document = json(run("rm", "--json", "gone", "mine").out());
    assertThat(document.get(0).path("error").asText()).isEqualTo("No such session.");
    assertThat(document.get(1).path("stats").path("status").asText()).isEqualTo("terminated");
  }

  @Test
  void shouldForceRestartAndInterrupt() {
    server.on("DELETE /session/mine?forced=true", 200, "{}");
    server.on("PATCH /session/mine", 204, "");
    server.on("POST /session/mine/interrupt", 204, "");
    assertThat(run("rm", "-f", "mine").exitCode()).isZero();
    assertThat(run("restart", "mine").exitCode()).isZero();
    assertThat(run("interrupt", "mine").exitCode()).isZero();
    assertThat(server.routes())
        .containsExactly(
            "DELETE /session/mine?forced=true",
            "PATCH /session/mine",
            "POST /session/mine/interrupt");
  }

  @Test
  void shouldMoveFilesBothWays() throws IOException {
    byte[] content = {0, 1, (byte) 0xff, '\n'};
    server.on("POST /session/mine/upload", 204, "");
    server.on(
        "GET /session/mine/download_single?file=out%2Fa%20b.bin",
        200, "application/octet-stream", content);
    Files.write(directory.resolve("a b.bin"), content);
    assertThat(run("upload", "mine", "a b.bin").exitCode()).isZero();
    assertThat(server.bodies("POST /session/mine/upload").getFirst())
        .contains("\r\n\r\n" + new String(content, StandardCharsets.ISO_8859_1) + "\r\n--");
    assertThat(run("download", "mine", "out/a b.bin", "-o", "got").exitCode()).isZero();
    assertThat(directory.resolve("got/a b.bin")).hasBinaryContent(content);
  }

  @Test
  void shouldNotLeaveAFileOfARefusedDownload() {
    server.refuse(
        "GET /session/mine/download_single?file=gone", 400, "invalid-api-params", "Bad.", "gone");
    assertThat(run("download", "mine", "gone").exitCode()).isEqualTo(3);
    assertThat(directory.resolve("gone")).doesNotExist();
  }

  @Test
  void shouldListFiles() throws IOException {
    server.on(
        "GET /session/mine/files?path=.",
        200,
        """
        {"files": "[{\\"mode\\": \\"-rw-r--r--\\", \\"size\\": 5, \\"filename\\": \\"a\\"}]",
         "errors": "", "abspath": "/home/work"}\
        """);
    assertThat(run("ls", "mine").out()).isEqualTo("-rw-r--r--  5  a\n");
    assertThat(json(run("ls", "--json", "mine").out()).get(0).path("size").asInt()).isEqualTo(5);
  }

  @Test
  void shouldStartASessionAndPrintItsName() {
    server.on("POST /session", 201, "{\"sessionName\": \"mine\", \"status\": \"RUNNING\"}");
    assertThat(run("start", "--name", "mine", "python").out()).isEqualTo("mine\n");
  }

  @Test
  void shouldExplainRefusalsInOneLineAndAsADocument() throws IOException {
    server.refuse(
        "POST /session",
        404,
        "object-not-found",
        "No such environment image.",
        "pyton; near names: python");
    CommandRun run = run("run", "-c", "x", "pyton");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo("error: No such environment image: pyton; near names: python\n");
    JsonNode error = json(run("run", "--json", "-c", "x", "pyton").out()).path("error");
    assertThat(error.path("status").asInt()).isEqualTo(404);
    assertThat(error.path("kind").asText()).isEqualTo("object-not-found");
    assertThat(error.path("exitCode").asInt()).isEqualTo(3);
  }

  @Test
  void shouldSayWhereRefusedKeysComeFrom() {
    Map<String, String> wrong = new java.util.HashMap<>(server.environment());
    wrong.put("BACKEND_SECRET_KEY", "wrong");
    server.on("GET /session/mine", 200, "{}");
    CommandRun run = CommandRun.of(wrong, directory, "", "info", "mine");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("HTTP 401");
  }

  @Test
  void shouldSayThatNoServerAnswers() {
    Map<String, String> environment = server.environment();
    server.close();
    CommandRun run = CommandRun.of(environment, directory, "", "ps");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).contains("could not connect", "hint: ", "polykern up");
  }

  @Test
  void shouldSayThatNothingIsConfigured() {
    CommandRun run = CommandRun.of(Map.of(), directory, "", "ps");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).startsWith("error: ").contains("polykern up");
  }

  @Test
  void shouldShowTheConfigurationWithoutSecrets() throws IOException {
    CommandRun run = run("config");
    assertThat(run.out())
        .contains(server.endpoint(), "the environment")
        .doesNotContain(SignedServer.SECRET_KEY)
        .doesNotContain(SignedServer.ACCESS_KEY);
    assertThat(json(run("config", "--json").out()).path("from").asText())
        .isEqualTo("the environment");
  }

  @Test
  void shouldAnswerWrongUsageInTwoLines() throws IOException {
    CommandRun run = run("run", "--nonsense", "python");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(2).first().asString().startsWith("error: ");
    assertThat(
            json(run("run", "--json", "--nonsense").out()).path("error").path("exitCode").asInt())
        .isEqualTo(2);
    assertThat(json(CommandRun.of(Map.of(), directory, "", "config", "--json").out()).has("error"))
        .isTrue();
  }

  @Test
  void shouldShowHelp() {
    assertThat(run("--help").out()).contains("run", "exec", "Exit codes");
    assertThat(run("run", "--help").out()).contains("--rm", "--resources");
  }

  private CommandRun run(String... args) {
    return CommandRun.of(server.environment(), directory, "", args);
  }

  private static JsonNode json(String text) throws IOException {
    return ApiClient.JSON.readTree(text);
  }
}
