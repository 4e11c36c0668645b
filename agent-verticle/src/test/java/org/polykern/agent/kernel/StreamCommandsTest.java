package org.polykern.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.agent.jail.JailSettings;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.ListServices;
import org.polykern.common.bus.StreamCommand.OpenService;
import org.polykern.common.bus.StreamCommand.OpenTerminal;
import org.polykern.common.bus.StreamCommand.Outcome;
import org.polykern.common.bus.StreamCommand.ReadServiceLog;
import org.polykern.common.bus.StreamCommand.Service;
import org.polykern.common.bus.StreamCommand.StartService;
import org.polykern.common.bus.StreamCommand.StopService;
import org.polykern.common.id.KernelId;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;

/** Terminals and services of kernels whose runner answers what the test says. */
final class StreamCommandsTest {
  @TempDir Path root;
  private final FakeBackend backend = new FakeBackend();
  private Parts parts;
  private final KernelId kernel = KernelId.random();
  private ServerSocket listener;

  @BeforeEach
  void wire() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    backend.streams = listener.getLocalPort();
    backend.labels = Map.of("ai.backend.service-ports", "jupyter:http:8888,board:http:[6006,6064]");
    parts =
        new Parts(
            root.resolve("kernels"),
            JailSettings.off(root),
            backend,
            new Tasks("t", Duration.ofSeconds(1)));
  }

  @AfterEach
  void close() throws IOException {
    parts.close();
    listener.close();
  }

  private void running(KernelId id) {
    parts.start(Parts.spec(id, "image", 1000), 1);
    parts.await(KernelState.RUNNING);
  }

  private Outcome ask(StreamCommand command) {
    return parts.parts.streamCommands().handle(command);
  }

  private Outcome start(KernelId id, String service) {
    return ask(new StartService(id, service, Map.of(), Map.of()));
  }

  private static Socket connect(Outcome outcome) throws IOException {
    var opened = (Outcome.Opened) outcome;
    var socket = new Socket(opened.host(), opened.port());
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write((opened.token() + "\n").getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
  }

  private static ProblemCode codeOf(Throwable thrown) {
    return ((ProblemException) thrown).problem().code();
  }

  @Test
  void shouldOpenATerminalWithTheRunnersToken() throws Exception {
    running(kernel);
    backend.answers.put(
        "open-terminal", "terminal-result {\"status\": \"opened\", \"token\": \"inner\"}");
    try (var client = connect(ask(new OpenTerminal(kernel, "main", 24, 80)));
        var runner = listener.accept()) {
      assertThat(backend.asked)
          .containsExactly("open-terminal {\"terminal\":\"main\",\"rows\":24,\"cols\":80}");
      assertThat(read(client, 2)).isEqualTo("+\n");
      assertThat(read(runner, 6)).isEqualTo("inner\n");
      runner.getOutputStream().write("frames".getBytes(StandardCharsets.UTF_8));
      assertThat(read(client, 6)).isEqualTo("frames");
      parts.stop(kernel, 1);
      assertThat(client.getInputStream().read()).as("the kernel has ended").isEqualTo(-1);
      assertThat(runner.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void shouldSayWhyThereIsNoTerminal() {
    running(kernel);
    backend.answers.put(
        "open-terminal",
        "terminal-result {\"status\": \"failed\", \"error\": \"No pty is left.\"}");
    assertThatThrownBy(() -> ask(new OpenTerminal(kernel, "main", 24, 80)))
        .hasMessageContaining("No pty is left.");
    backend.answers.put("open-terminal", "terminal-result not json");
    assertThatThrownBy(() -> ask(new OpenTerminal(kernel, "main", 24, 80)))
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> ask(new OpenTerminal(kernel, "a b", 24, 80)))
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ProblemCode.INVALID_API_PARAMS));
    backend.streams = 0;
    var other = KernelId.random();
    running(other);
    assertThatThrownBy(() -> ask(new OpenTerminal(other, "main", 24, 80)))
        .hasMessageContaining("this session's runner has none")
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ProblemCode.UNAVAILABLE));
  }

  @Test
  void shouldStartAServiceOnPortsOfItsOwn() throws Exception {
    backend.answers.put("start-service", "service-result {\"status\": \"started\"}");
    running(kernel);
    var other = KernelId.random();
    running(other);
    assertThat(start(kernel, "board")).isEqualTo(new Outcome.Started(false));
    assertThat(start(other, "board")).isEqualTo(new Outcome.Started(false));
    backend.answers.put("start-service", "service-result {\"status\": \"running\"}");
    assertThat(start(kernel, "board")).isEqualTo(new Outcome.Started(true));
    assertThat(backend.asked.get(2)).as("the same ports again").isEqualTo(backend.asked.get(0));
    var ports = ports(backend.asked.get(0));
    assertThat(ports).hasSize(2).doesNotContainAnyElementsOf(ports(backend.asked.get(1)));
    try (var board = new ServerSocket(ports.get(1), 1, InetAddress.getLoopbackAddress());
        var client = connect(ask(new OpenService(kernel, "board", 6064)));
        var server = board.accept()) {
      assertThat(read(client, 2)).isEqualTo("+\n");
      server.getOutputStream().write(7);
      assertThat(client.getInputStream().read()).isEqualTo(7);
    }
    var kept = new KernelStore(root.resolve("kernels")).load(kernel).orElseThrow();
    assertThat(kept.made().hostPorts())
        .as("what an agent that starts anew finds")
        .isEqualTo(Map.of(6006, ports.get(0), 6064, ports.get(1)));
    assertThat(kept.restarted(2, Instant.MAX).made().hostPorts()).hasSize(2);
    assertThat(kept).isEqualTo(parts.kernels.get(kernel).record());
  }

  private static List<Integer> ports(String question) {
    var list = question.substring(question.indexOf("\"ports\":[") + 9);
    return Arrays.stream(list.substring(0, list.indexOf(']')).split(",", -1))
        .map(Integer::valueOf)
        .toList();
  }

  @Test
  void shouldPassArgumentsAndVariablesOn() {
    backend.answers.put("start-service", "service-result {\"status\": \"started\"}");
    running(kernel);
    var arguments = new java.util.LinkedHashMap<String, Object>();
    arguments.put("--debug", null);
    arguments.put("--dir", List.of("a", "b"));
    assertThat(ask(new StartService(kernel, "jupyter", Map.of("A", "1"), arguments)))
        .isEqualTo(new Outcome.Started(false));
    assertThat(backend.asked.getLast())
        .startsWith("start-service {\"name\":\"jupyter\",\"port\":")
        .endsWith(
            "\"protocol\":\"http\",\"options\":{\"arguments\":{\"--debug\":null,\"--dir\":[\"a\",\"b\"]},"
                + "\"envs\":{\"A\":\"1\"}}}");
  }

  @Test
  void shouldTellWhyAServiceDidNotStart() {
    backend.answers.put(
        "start-service",
        "service-result {\"status\": \"failed\", \"error\": \"It ended.\", \"log\": \""
            + "x".repeat(100_000)
            + "\"}");
    running(kernel);
    assertThat(start(kernel, "jupyter"))
        .isEqualTo(new Outcome.NotStarted("It ended.", "x".repeat(100_000)));
    assertThatThrownBy(() -> start(kernel, "x".repeat(1000)))
        .hasMessageContaining("[jupyter, board, sshd, ttyd]")
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ProblemCode.OBJECT_NOT_FOUND))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
    assertThatThrownBy(() -> ask(new OpenService(kernel, "board", 8888)))
        .hasMessageContaining("[6006, 6064]")
        .satisfies(e -> assertThat(codeOf(e)).isEqualTo(ProblemCode.BAD_REQUEST));
  }

  @Test
  void shouldListStopAndReadLogs() {
    running(kernel);
    backend.answers.put(
        "get-apps",
        "apps-result {\"status\": \"done\", \"data\": [{\"name\": \"board\", \"protocol\": \"tcp\","
            + " \"url_template\": \"{protocol}://{host}:{port}/b\", \"allowed_envs\": [\"A\"]}, 7]}");
    backend.answers.put("shutdown-service", "service-result {\"status\": \"done\"}");
    backend.answers.put(
        "service-log",
        "service-log-result {\"status\": \"done\", \"log\": \"é\", \"running\": true}");
    var services = ((Outcome.Services) ask(new ListServices(kernel))).services();
    assertThat(services)
        .extracting(Service::name)
        .containsExactly("jupyter", "board", "sshd", "ttyd");
    assertThat(services.get(1))
        .isEqualTo(
            new Service(
                "board",
                "http",
                List.of(6006, 6064),
                "{protocol}://{host}:{port}/b",
                null,
                List.of("A")));
    assertThat(ask(new StopService(kernel, "board"))).isEqualTo(new Outcome.Done());
    assertThat(ask(new ReadServiceLog(kernel, "board"))).isEqualTo(new Outcome.Log("é", true));
    assertThat(backend.asked)
        .containsExactly("get-apps ", "shutdown-service \"board\"", "service-log \"board\"");
  }

  @Test
  void shouldRejectAKernelWhoseImageHasABadLabel() {
    backend.labels = Map.of("ai.backend.service-ports", "jupyter:http:80");
    parts.start(Parts.spec(kernel, "image", 1000), 1);
    var rejected = parts.await(KernelState.REJECTED);
    assertThat(rejected.failure().message()).contains("port 80 is not from 1025 to 65534");
    assertThat(rejected.servicePorts()).isEmpty();
  }

  @Test
  void shouldReportPortsAsSoonAsTheImageIsKnown() {
    running(kernel);
    assertThat(parts.reported)
        .filteredOn(report -> report.state() == KernelState.CREATING)
        .isNotEmpty()
        .allSatisfy(report -> assertThat(report.servicePorts()).hasSize(4));
  }
}
