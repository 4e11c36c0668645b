package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.zeromq.ZMQ;

/** Services of a real runner, as an agent starts, reads and ends them. */
@Timeout(90)
class ServiceIT {
  /** Serves what the variables GREETING and AGAIN and its arguments say, after a line on stdout. */
  private static final String SERVER =
      """
      import http.server, os, sys
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              said = '|'.join([os.environ.get('GREETING', ''), *sys.argv[2:], str(os.getpid())])
              self.send_response(200); self.end_headers(); self.wfile.write(said.encode())
      server = http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Handler)
      print('listening', flush=True)
      server.serve_forever()
      """;

  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();

  @TempDir Path directory;

  private RunnerProcess.Builder builder(boolean jailed) throws IOException {
    Path services = Files.createDirectories(directory.resolve("services"));
    RunnerFiles.open(services);
    Path work = Files.createDirectories(directory.resolve("work"));
    Files.writeString(work.resolve("server.py"), SERVER);
    RunnerProcess.Builder builder =
        new RunnerProcess.Builder(directory).agent(keys).services(services);
    return jailed ? builder : builder.unjailed();
  }

  private void define(String name, Map<String, ?> definition) throws IOException {
    Path services = Files.createDirectories(directory.resolve("services"));
    Files.writeString(services.resolve(name + ".json"), JsonText.of(definition));
  }

  private static Map<String, Object> server() {
    Map<String, Object> definition = new HashMap<>();
    definition.put("command", List.of("{runtime_path}", "server.py", "{ports[0]}"));
    return definition;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void send(LinkClient agent, String name, int port, Map<String, ?> options) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("port", port);
    body.put("ports", List.of(port));
    body.put("protocol", "http");
    body.put("options", options);
    agent.send("start-service", Map.of("id", name), JsonText.of(body));
  }

  private static JsonObject start(LinkClient agent, String name, int port, Map<String, ?> options) {
    send(agent, name, port, options);
    return body(agent.next("service-result"));
  }

  private static JsonObject body(LinkClient.Message message) {
    return JsonReader.object(message.body().getBytes(StandardCharsets.UTF_8), 10_000_000);
  }

  private static JsonObject log(LinkClient agent, String name) {
    agent.send("service-log", Map.of("id", "l"), JsonText.of(name));
    return body(agent.next("service-log-result"));
  }

  private static void stop(LinkClient agent, String name) {
    agent.send("shutdown-service", Map.of("id", "x"), JsonText.of(name));
    assertThat(body(agent.next("service-result")).text("status")).isEqualTo("done");
  }

  private static String get(int port) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldStartReadEndAndStartAgain(boolean jailed) throws Exception {
    int port = freePort();
    define("web", server());
    try (RunnerProcess runner = builder(jailed).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("running");
      String first = get(port);
      assertThat(log(agent, "web").text("log")).startsWith("listening\n");
      assertThat(log(agent, "web").members()).containsEntry("running", true);
      stop(agent, "web");
      assertThat(ProcessHandle.of(Long.parseLong(first.replace("|", "")))).isEmpty();
      assertThat(log(agent, "web").text("log")).startsWith("listening\n");
      assertThat(log(agent, "web").members()).containsEntry("running", false);
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
      assertThat(get(port)).isNotEqualTo(first);
      stop(agent, "web");
      stop(agent, "nonsense");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndServicesWithTheRunner(boolean jailed) throws Exception {
    int port = freePort();
    define("web", server());
    try (RunnerProcess runner = builder(jailed).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
      long pid = Long.parseLong(get(port).replace("|", ""));
      agent.send("shutdown", Map.of(), "");
      assertThat(runner.awaitExit()).isZero();
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void shouldStartOneProcessForManyAtOnce() throws Exception {
    int port = freePort();
    Map<String, Object> counted = server();
    counted.put(
        "prestart",
        List.of(
            action(
                "run_command", Map.of("command", List.of("/bin/sh", "-c", "echo x >> starts")))));
    define("web", counted);
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      for (int i = 0; i < 50; i++) {
        send(agent, "web", port, Map.of());
      }
      Map<String, Integer> answers = new HashMap<>();
      for (int i = 0; i < 50; i++) {
        answers.merge(body(agent.next("service-result")).text("status"), 1, Integer::sum);
      }
      assertThat(answers).isEqualTo(Map.of("started", 1, "running", 49));
      assertThat(runner.work().resolve("starts")).hasContent("x");
      assertThat(log(agent, "web").text("log").lines().filter("listening"::equals)).hasSize(1);
    }
  }

  @Test
  void shouldStartAgainWhatHasEnded() throws Exception {
    int port = freePort();
    define("web", server());
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
      String pid = get(port).replace("|", "");
      agent.run("import os; os.kill(" + pid + ", 9)");
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> runner.log().contains("The service web was ended by signal 9."));
      assertThat(log(agent, "web").members()).containsEntry("running", false);
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
    }
  }

  @Test
  void shouldTellWhyOneEndsBeforeItListens() throws Exception {
    define("broken", Map.of("command", "echo one; echo 'two é' >&2; exit 3"));
    define("missing", Map.of("command", List.of("no-such-program")));
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      JsonObject broken = start(agent, "broken", freePort(), Map.of());
      assertThat(broken.text("status")).isEqualTo("failed");
      assertThat(broken.text("error")).contains("broken", "ended with status 3 before");
      assertThat(broken.text("log")).contains("one\n").contains("two é\n");
      assertThat(log(agent, "broken").text("log")).isEqualTo(broken.text("log"));
      assertThat(start(agent, "missing", freePort(), Map.of()).text("error"))
          .contains("no-such-program", "on the PATH");
      assertThat(start(agent, "jupiter", freePort(), Map.of()).text("error"))
          .contains("\"jupiter\" is neither", "Did you mean \"jupyter\"?");
      assertThat(start(agent, "../etc", freePort(), Map.of()).text("error"))
          .contains("Expected the name of a service");
      assertThat(start(agent, "sshd", freePort(), Map.of()).text("error"))
          .contains("Expected the SSH server in the kernel home");
    }
  }

  @Test
  void shouldPassOnOnlyWhatTheDefinitionAllows() throws Exception {
    int port = freePort();
    Map<String, Object> definition = server();
    definition.put("allowed_arguments", List.of("--name", "--flag", "--many"));
    definition.put("allowed_envs", List.of("GREETING", "HOME"));
    definition.put("default_arguments", Map.of("--name", "port {ports[0]}"));
    definition.put("env", Map.of("GREETING", "default"));
    definition.put("url_template", "{protocol}://{host}:{port}/");
    define("web", definition);
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(start(agent, "web", port, Map.of("arguments", Map.of("--nam", "x"))).text("error"))
          .contains("--nam", "Did you mean \"--name\"?");
      assertThat(start(agent, "web", port, Map.of("envs", Map.of("PATH", "x"))).text("error"))
          .contains("PATH");
      assertThat(start(agent, "web", port, Map.of("envs", Map.of("HOME", "x"))).text("error"))
          .contains("HOME is set for all");
      assertThat(start(agent, "web", port, Map.of()).text("status")).isEqualTo("started");
      assertThat(get(port)).startsWith("default|--name|port " + port + "|");
      stop(agent, "web");
      JsonObject started =
          start(
              agent,
              "web",
              port,
              Map.of(
                  "arguments", Map.of("--name", "{ports[0]} $HOME", "--many", List.of("1", "2")),
                  "envs", Map.of("GREETING", "${{ports[0]}}")));
      assertThat(started.text("status")).isEqualTo("started");
      assertThat(get(port)).startsWith("${{ports[0]}}|--name|{ports[0]} $HOME|--many|1|2|");
      agent.send("get-apps", Map.of("id", "a"), "");
      assertThat(body(agent.next("apps-result")).members().get("data"))
          .isEqualTo(
              List.of(
                  new JsonObject(
                      Map.of(
                          "name",
                          "web",
                          "url_template",
                          "{protocol}://{host}:{port}/",
                          "allowed_arguments",
                          List.of("--name", "--flag", "--many"),
                          "allowed_envs",
                          List.of("GREETING", "HOME")))));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldPrepareAsTheDefinitionSays(boolean jailed) throws Exception {
    int port = freePort();
    Map<String, Object> definition = server();
    definition.put("command", List.of("{runtime_path}", "{script}", "{ports[0]}", "{said[out]}"));
    definition.put(
        "prestart",
        List.of(
            action("mkdir", Map.of("path", "a/b {ports[0]}")),
            action("write_file", Map.of("filename", "a/f", "body", List.of("1", "{{{ports[0]}}}"))),
            action("write_file", Map.of("filename", "a/f", "body", List.of("2"), "append", true)),
            action("write_file", Map.of("filename", "a/x", "body", List.of(), "mode", "750")),
            action(
                "write_tempfile",
                Map.of("body", List.of(SERVER.replace("{", "{{").replace("}", "}}"))),
                "script"),
            action("log", Map.of("message", "script in {script}")),
            action("log", Map.of("message", "not for you", "debug", true)),
            action(
                "run_command",
                Map.of("command", List.of("sh", "-c", "id -u; echo e >&2; exit 3"), "echo", true),
                "said")));
    define("web", definition);
    define(
        "unwritable",
        Map.of(
            "command",
            "true",
            "prestart",
            List.of(action("write_file", Map.of("filename", "a/none/x", "body", List.of("1"))))));
    try (RunnerProcess runner = builder(jailed).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      JsonObject started = start(agent, "web", port, Map.of());
      assertThat(started.members()).isEqualTo(Map.of("status", "started"));
      Path work = runner.work();
      assertThat(work.resolve("a/b " + port)).isDirectory();
      assertThat(work.resolve("a/f")).hasContent("1\n{" + port + "}\n2\n");
      assertThat(Files.getAttribute(work.resolve("a/f"), "unix:mode")).isEqualTo(0100644);
      assertThat(Files.getAttribute(work.resolve("a/x"), "unix:mode")).isEqualTo(0100750);
      assertThat(work.resolve("a/x")).isEmptyFile();
      Object user = Files.getAttribute(work.resolve("a/f"), "unix:uid");
      assertThat(user).isEqualTo(Files.getAttribute(work, "unix:uid"));
      assertThat(get(port)).startsWith("|" + user + "\n|");
      String log = log(agent, "web").text("log");
      assertThat(log).contains("script in /").contains(user + "\n").contains("e\n");
      assertThat(log).doesNotContain("not for you");
      Files.delete(Path.of(log.replaceAll("(?s).*script in (/\\S+)\n.*", "$1")));
      JsonObject failed = start(agent, "unwritable", freePort(), Map.of());
      assertThat(failed.text("error"))
          .startsWith("Expected to write a/none/x for the service unwritable, but it failed: ");
    }
  }

  @Test
  void shouldNotStartWhereAnotherListens() throws Exception {
    define("web", server());
    try (ServerSocket other = new ServerSocket(0);
        RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      assertThat(start(agent, "web", other.getLocalPort(), Map.of()).text("error"))
          .contains("to be free for the service web");
      define("external", Map.of("noop", true, "command", List.of("x")));
      assertThat(start(agent, "external", other.getLocalPort(), Map.of()).text("status"))
          .isEqualTo("started");
      assertThat(log(agent, "external").members()).containsEntry("running", true);
    }
  }

  @Test
  void shouldStartNothingForPortsOfTheUserAndTheTerminal() throws Exception {
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      String body = "{\"name\": \"%s\", \"port\": 4000, \"protocol\": \"%s\"}";
      agent.send("start-service", Map.of("id", "1"), body.formatted("4000", "preopen"));
      assertThat(body(agent.next("service-result")).text("status")).isEqualTo("started");
      agent.send("start-service", Map.of("id", "2"), body.formatted("ttyd", "http"));
      assertThat(body(agent.next("service-result")).text("status")).isEqualTo("started");
      agent.send("start-service", Map.of("id", "3"), body.formatted("x", "pty"));
      assertThat(body(agent.next("service-result")).text("error")).contains("is a terminal");
      agent.send("start-service", Map.of("id", "4"), "nonsense");
      assertThat(body(agent.next("service-result")).text("error")).contains("cannot be read");
      agent.send("start-service", Map.of("id", "5"), "{\"name\": \"x\"}");
      assertThat(body(agent.next("service-result")).text("error")).contains("Expected a port");
    }
  }

  @Test
  void shouldAnswerThePlainProtocol() throws Exception {
    int port = freePort();
    define("web", server());
    try (RunnerProcess runner = builder(true).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.sendPlain(
          "start-service",
          JsonText.of(Map.of("name", "web", "port", port, "protocol", "http"))
              .getBytes(StandardCharsets.UTF_8));
      byte[][] answer = agent.pollPlain(Duration.ofSeconds(20));
      assertThat(new String(answer[0], StandardCharsets.UTF_8)).isEqualTo("service-result");
      assertThat(new String(answer[1], StandardCharsets.UTF_8))
          .isEqualTo("{\"status\":\"started\"}");
      agent.sendPlain("shutdown-service", "\"web\"".getBytes(StandardCharsets.UTF_8));
      agent.sendPlain("get-apps", new byte[0]);
      answer = agent.pollPlain(Duration.ofSeconds(20));
      assertThat(new String(answer[0], StandardCharsets.UTF_8)).isEqualTo("apps-result");
      assertThat(new String(answer[1], StandardCharsets.UTF_8))
          .isEqualTo("{\"status\":\"done\",\"data\":[{\"name\":\"web\"}]}");
    }
  }

  private static Map<String, Object> action(String action, Map<String, ?> args) {
    return Map.of("action", action, "args", args);
  }

  private static Map<String, Object> action(String action, Map<String, ?> args, String ref) {
    return Map.of("action", action, "args", args, "ref", ref);
  }
}
