package org.polykern.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.CommandRun;
import org.polykern.cli.RunScript;
import org.polykern.cli.SignedServer;
import org.polykern.cli.StreamServer;
import org.polykern.cli.client.ApiClient;

class RunCommandIT {
  private static final String CREATED =
      """
      {"sessionId": "11111111-2222-3333-4444-555555555555", "sessionName": "mine",
       "status": "RUNNING", "created": true, "servicePorts": []}\
      """;

  @TempDir Path directory;
  private final RunScript script = new RunScript();
  private StreamServer streams;
  private SignedServer server;

  @BeforeEach
  void start() throws IOException {
    streams = new StreamServer(script);
    server = streams.rest;
    server.on("POST /session", 201, CREATED);
    server.on("DELETE /session/mine", 200, "{\"stats\": {}}");
    server.on("DELETE /session/mine?forced=true", 200, "{\"stats\": {}}");
  }

  @AfterEach
  void stop() throws IOException {
    streams.close();
  }

  @Test
  void shouldShowOutputOfEveryStepAndMirrorTheExitCode() throws IOException {
    step("continued", null, "[\"stdout\", \"one\\n\"]");
    step("continued", null, "");
    step("build-finished", 0, "");
    step("finished", 7, "[\"stderr\", \"bad\\n\"], [\"stdout\", \"two\\n\"]");
    CommandRun run = run("", "run", "--name", "mine", "-c", "x", "python");
    assertThat(run.out()).isEqualTo("one\ntwo\n");
    assertThat(run.err()).isEqualTo("bad\n");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(json(script.received().getFirst()).path("mode").asText()).isEqualTo("query");
    assertThat(streams.targets()).containsExactly("/stream/session/mine/execute");
  }

  @Test
  void shouldKeepANamedSessionAndRemoveItOnRequest() {
    step("finished", 0, "");
    assertThat(run("", "run", "--name", "mine", "-c", "x", "python").exitCode()).isZero();
    assertThat(server.routes()).noneMatch(route -> route.startsWith("DELETE"));
    assertThat(run("", "run", "--name", "mine", "--rm", "-c", "x", "python").exitCode()).isZero();
    assertThat(server.routes()).contains("DELETE /session/mine?forced=true");
  }

  @Test
  void shouldRemoveASessionWithoutANameUnderTheNameItChose() throws IOException {
    step("finished", 0, "");
    run("", "run", "-c", "x", "python");
    String chosen = json(server.bodies("POST /session").getFirst()).path("name").asText();
    assertThat(chosen).matches("run-[0-9a-f]{10}");
    assertThat(server.routes()).contains("DELETE /session/" + chosen + "?forced=true");
  }

  @Test
  void shouldLeaveASessionWithoutANameWhenAskedTo() {
    step("finished", 0, "");
    run("", "run", "--keep", "-c", "x", "python");
    assertThat(server.routes()).noneMatch(route -> route.startsWith("DELETE"));
  }

  @Test
  void shouldSendWhatTheSessionShouldBe() throws IOException {
    step("finished", 0, "");
    run(
        "",
        "run",
        "--name",
        "mine",
        "-e",
        "A=b=c",
        "-r",
        "cpu=1",
        "-r",
        "mem=512m",
        "-r",
        "shmem=64m",
        "--no-reuse",
        "--max-wait",
        "9",
        "-c",
        "x",
        "python:3.11");
    JsonNode body = json(server.bodies("POST /session").getFirst());
    assertThat(body.path("image").asText()).isEqualTo("python:3.11");
    assertThat(body.path("reuseIfExists").asBoolean(true)).isFalse();
    assertThat(body.path("maxWaitSeconds").asInt()).isEqualTo(9);
    JsonNode config = body.path("config");
    assertThat(config.path("environ").path("A").asText()).isEqualTo("b=c");
    assertThat(config.path("resources").toString()).isEqualTo("{\"cpu\":\"1\",\"mem\":\"512m\"}");
    assertThat(config.path("resource_opts").path("shmem").asText()).isEqualTo("64m");
  }

  @Test
  void shouldAnswerQuestionsFromStandardInput() throws IOException {
    step("waiting-input", null, "[\"stdout\", \"name? \"]");
    step("finished", 0, "[\"stdout\", \"hello\\n\"]");
    CommandRun run = run("Ada\n", "run", "--name", "mine", "-c", "x", "python");
    assertThat(run.out()).isEqualTo("name? hello\n");
    assertThat(script.received().getLast()).isEqualTo("Ada");
  }

  @Test
  void shouldInterruptAProgramThatAsksAtTheEndOfInput() {
    server.on("POST /session/mine/interrupt", 204, "");
    step("waiting-input", null, "[\"stdout\", \"nobody answers\"]");
    step("finished", 1, "");
    CommandRun run = run("", "run", "--name", "mine", "-c", "x", "python");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("standard input is at its end");
    assertThat(server.routes()).contains("POST /session/mine/interrupt");
  }

  @Test
  void shouldReadTheProgramFromStandardInput() throws IOException {
    step("finished", 0, "");
    run("print(6*7)", "run", "--name", "mine", "python", "-");
    assertThat(json(script.received().getFirst()).path("code").asText()).isEqualTo("print(6*7)");
  }

  @Test
  void shouldUploadFilesAndBuildAndExecuteThem() throws IOException {
    server.on("POST /session/mine/upload", 204, "");
    step("clean-finished", 0, "");
    step("build-finished", 0, "[\"stdout\", \"cc\\n\"]");
    step("finished", 4, "[\"stdout\", \"ran\\n\"]");
    Files.writeString(directory.resolve("main.py"), "import helper");
    Files.writeString(directory.resolve("hélper x.py"), "y = 1");
    CommandRun run = run("", "run", "--name", "mine", "python", "main.py", "hélper x.py");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.out()).isEqualTo("cc\nran\n");
    assertThat(run.err()).isEmpty();
    JsonNode first = json(script.received().getFirst());
    assertThat(first.path("mode").asText()).isEqualTo("batch");
    assertThat(first.path("options").toString())
        .isEqualTo("{\"clean\":\"*\",\"build\":\"*\",\"exec\":\"*\"}");
    assertThat(server.bodies("POST /session/mine/upload").getFirst())
        .contains("filename=\"main.py\"", "filename=\"h%C3%A9lper%20x.py\"", "y = 1");
  }

  @Test
  void shouldTakeTheImageLastAndShellCommands() throws IOException {
    server.on("POST /session/mine/upload", 204, "");
    step("clean-finished", 0, "");
    step("build-finished", 2, "[\"stderr\", \"no rule\\n\"]");
    step("finished", 127, "");
    Files.writeString(directory.resolve("main.c"), "int main");
    CommandRun run = run("", "run", "-t", "mine", "--build", "make", "--clean", "", "main.c", "c");
    assertThat(run.exitCode()).isEqualTo(127);
    assertThat(run.err()).isEqualTo("no rule\nThe build step failed with exit code 2.\n");
    assertThat(json(server.bodies("POST /session").getFirst()).path("image").asText())
        .isEqualTo("c");
    assertThat(json(script.received().getFirst()).path("options").toString())
        .isEqualTo("{\"clean\":\"\",\"build\":\"make\",\"exec\":\"*\"}");
  }

  @Test
  void shouldRunSnippetsInOneSessionUntilOneFails() throws IOException {
    step("finished", 0, "[\"stdout\", \"one\\n\"]");
    step("finished", 1, "[\"stderr\", \"bad\\n\"]");
    CommandRun run = run("", "run", "--session", "mine", "-c", "a", "-c", "b", "-c", "c", "lua");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out() + run.err()).isEqualTo("one\nbad\n");
    assertThat(server.bodies("POST /session")).hasSize(1);
    assertThat(script.received()).hasSize(2);
    assertThat(json(script.received().getLast()).path("code").asText()).isEqualTo("b");
  }

  @Test
  void shouldRefuseSnippetsWithABuild() {
    CommandRun run = run("", "run", "-c", "x", "--build", "make", "c");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains("--build");
    assertThat(server.routes()).isEmpty();
  }

  @Test
  void shouldRefuseAMissingFileBeforeAnythingIsCreated() {
    CommandRun run = run("", "run", "python", "gone.py");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains("gone.py");
    assertThat(server.routes()).isEmpty();
  }

  @Test
  void shouldDescribeOrSavePictures() throws IOException {
    String items =
        "[\"media\", [\"image/png\", \"data:image/png;base64,iVBORw==\"]], [\"html\", \"<b>x</b>\"]";
    step("finished", 0, items);
    assertThat(run("", "run", "--name", "mine", "-c", "x", "python").out())
        .isEqualTo("[image/png 4 bytes]\n[text/html 8 bytes]\n");
    Path pictures = directory.resolve("pictures");
    run("", "run", "--name", "mine", "--media", pictures.toString(), "-c", "x", "python");
    assertThat(pictures.resolve("media-1.png"))
        .hasBinaryContent(new byte[] {(byte) 0x89, 80, 78, 71});
    assertThat(pictures.resolve("media-2.html")).hasContent("<b>x</b>");
  }

  @Test
  void shouldWriteOneDocumentWithJson() throws IOException {
    step("continued", null, "[\"stdout\", \"one\\n\"]");
    step("finished", 3, "[\"stderr\", \"two\\n\"]");
    CommandRun run = run("", "run", "--json", "--name", "mine", "-c", "x", "python");
    assertThat(run.exitCode()).isEqualTo(3);
    JsonNode document = json(run.out());
    assertThat(document.path("exitCode").asInt()).isEqualTo(3);
    assertThat(document.path("sessionName").asText()).isEqualTo("mine");
    assertThat(document.path("console").toString())
        .isEqualTo("[[\"stdout\",\"one\\n\"],[\"stderr\",\"two\\n\"]]");
  }

  @Test
  void shouldSayThatASessionDidNotStartInTimeAndRemoveIt() throws IOException {
    try (SignedServer slow = new SignedServer()) {
      slow.on("POST /session", 201, CREATED.replace("RUNNING", "TIMEOUT"));
      CommandRun run =
          CommandRun.of(
              slow.environment(), directory, "", "run", "--max-wait", "1", "-c", "x", "python");
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.err()).contains("within 1 s");
      assertThat(slow.routes()).anyMatch(route -> route.startsWith("DELETE /session/run-"));
    }
  }

  @Test
  void shouldOnlyQueueWhenAskedTo() {
    CommandRun run = run("", "run", "--enqueue-only", "--name", "mine", "python");
    assertThat(run.out()).isEqualTo("mine\n");
    assertThat(server.routes()).containsExactly("POST /session");
  }

  @Test
  void shouldRunInAnExistingSession() {
    step("finished", 5, "[\"stdout\", \"hi\\n\"]");
    CommandRun run = run("", "exec", "mine", "-c", "x");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(server.routes()).isEmpty();
    assertThat(streams.targets()).containsExactly("/stream/session/mine/execute");
  }

  private void step(String status, Integer exitCode, String items) {
    script.say(status, exitCode, items);
  }

  private CommandRun run(String stdin, String... args) {
    return CommandRun.of(streams.environment(), directory, stdin, args);
  }

  private static JsonNode json(String text) throws IOException {
    return ApiClient.JSON.readTree(text);
  }
}
