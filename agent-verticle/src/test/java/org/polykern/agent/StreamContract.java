package org.polykern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** Services of a real kernel, through the tunnel port. */
abstract class StreamContract {
  @TempDir Path data;
  private @Nullable AgentFixture agent;

  abstract AgentConfig config(Path data);

  AgentFixture agent() {
    if (agent == null) {
      agent = new AgentFixture(config(data));
    }
    return agent;
  }

  @AfterEach
  void stop() {
    if (agent != null) {
      agent.close();
    }
  }

  KernelId start(List<Integer> preopen, Map<String, Object> options) {
    return start(agent().image(), preopen, options);
  }

  KernelId start(String image, List<Integer> preopen, Map<String, Object> options) {
    var kernel = KernelId.random();
    agent().start(agent().spec(kernel, "512m", image, preopen, options), 1);
    agent().awaitState(kernel, KernelState.RUNNING);
    return kernel;
  }

  /** Sends an HTTP request and reads until the end. */
  static String get(Outcome.Opened opened, String path) throws IOException {
    try (var socket = new Socket(opened.host(), opened.port())) {
      socket.setSoTimeout(10_000);
      var out = socket.getOutputStream();
      out.write(
          (opened.token() + "\nGET " + path + " HTTP/1.0\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Jupyter of a kernel that has it, from its start to what it leaves behind. */
  void useJupyter(KernelId kernel) throws IOException {
    assertThat(agent().ask(new StartService(kernel, "jupyter", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(false));
    assertThat(agent().ask(new StartService(kernel, "jupyter", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(true));
    var opened = (Outcome.Opened) agent().ask(new OpenService(kernel, "jupyter", null));
    assertThat(get(opened, "/tree")).startsWith("+\nHTTP/1.1 200 OK").contains("Home Page");
    agent().ask(new StopService(kernel, "jupyter"));
    var log = (Outcome.Log) agent().ask(new ReadServiceLog(kernel, "jupyter"));
    assertThat(log.running()).isFalse();
    assertThat(log.text()).contains("is running at");
  }

  static int freePort() throws IOException {
    try (var socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void shouldReachAPreopenPort() throws Exception {
    var port = freePort();
    var name = Integer.toString(port);
    var kernel = start(List.of(port), Map.of());
    // Between them the programs of the machine, in the process backend.
    assertThat(agent().states.get(kernel).servicePorts())
        .startsWith(new ServicePort(name, "preopen", List.of(port)))
        .endsWith(
            new ServicePort("sshd", "tcp", List.of(2200)),
            new ServicePort("ttyd", "http", List.of(7681)));
    assertThat(agent().ask(new StartService(kernel, name, Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(false));
    assertThat(get((Outcome.Opened) agent().ask(new OpenService(kernel, name, null)), "/"))
        .as("nobody listens yet")
        .startsWith("-refused ");
    var server =
        "import subprocess, sys\nopen('hello.txt', 'w').write('from inside')\n"
            + "server = subprocess.Popen([sys.executable, '-m', 'http.server', '"
            + name
            + "', '--bind', '0.0.0.0'])";
    assertThat(agent().run(kernel, server).exitCode()).isZero();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          var opened = (Outcome.Opened) agent().ask(new OpenService(kernel, name, port));
          assertThat(get(opened, "/hello.txt"))
              .startsWith("+\nHTTP/1.0 200 OK")
              .endsWith("\r\n\r\nfrom inside");
        });
  }

  @Test
  void shouldServeClientsOfSsh() throws Exception {
    var kernel = start(List.of(), Map.of());
    assertThat(agent().ask(new StartService(kernel, "sshd", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(false));
    var key = data.resolve("key");
    try (var files = Files.walk(data)) {
      Files.copy(
          files.filter(file -> file.endsWith("work/id_container")).findFirst().orElseThrow(), key);
    }
    try (var relay = new SshRelay(data, () -> agent().ask(new OpenService(kernel, "sshd", null)))) {
      var inside =
          agent().run(kernel, "import os\nprint(os.getuid(), os.getcwd(), os.environ['GREETING'])");
      assertThat(
              relay.run(
                  "ssh",
                  key,
                  "work@127.0.0.1",
                  "echo \"$(id -u) $(pwd) $GREETING\"; grep -q 'NoNewPrivs:.1' /proc/self/status"))
          .isEqualTo(inside.stdout());
      assertThat(relay.run("ssh", key, "-tt", "work@127.0.0.1", "tty; stty size"))
          .matches("/dev/pts/[0-9]+\r\n24 80\r\n");
      var bytes = new byte[64 << 20];
      new Random(7).nextBytes(bytes);
      var big = Files.write(data.resolve("big"), bytes);
      var back = data.resolve("back");
      relay.run("scp", key, "-q", big.toString(), "work@127.0.0.1:copied");
      relay.run("scp", key, "-q", "-O", "work@127.0.0.1:copied", back.toString());
      assertThat(Files.mismatch(big, back)).isEqualTo(-1);
    }
  }

  @Test
  void shouldRefuseWhatIsNotAService() {
    var kernel = start(List.of(), Map.of());
    assertThatThrownBy(() -> agent().ask(new OpenService(kernel, "nope", null)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.OBJECT_NOT_FOUND))
        .hasMessageContaining("sshd, ttyd]");
    assertThatThrownBy(() -> agent().ask(new OpenService(kernel, "sshd", 22)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.BAD_REQUEST));
    assertThatThrownBy(() -> agent().ask(new OpenService(KernelId.random(), "sshd", 22)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.OBJECT_NOT_FOUND));
    assertThat(((Outcome.Services) agent().ask(new ListServices(kernel))).services())
        .extracting(Service::name)
        .endsWith("sshd", "ttyd");
  }

  @Test
  void shouldBlockServicesWhereTheSessionSaysSo() {
    var kernel = start(List.of(), Map.of("block_service_ports", true));
    assertThat(agent().ask(new StartService(kernel, "sshd", Map.of(), Map.of())))
        .isEqualTo(new Outcome.NotStarted("operation blocked", ""));
  }

  @Test
  void shouldTellTwoSessionsApart() throws Exception {
    var one = start(List.of(), Map.of());
    var two = start(List.of(), Map.of());
    for (var kernel : List.of(one, two)) {
      assertThat(agent().ask(new StartService(kernel, "sshd", Map.of(), Map.of())))
          .isEqualTo(new Outcome.Started(false));
    }
    assertThat(agent().ask(new StartService(two, "sshd", Map.of(), Map.of())))
        .isEqualTo(new Outcome.Started(true));
    assertThat(agent().ask(new StopService(one, "sshd"))).isEqualTo(new Outcome.Done());
    assertThat(get((Outcome.Opened) agent().ask(new OpenService(one, "sshd", 2200)), "/"))
        .startsWith("-refused ");
    var open = (Outcome.Opened) agent().ask(new OpenService(two, "sshd", 2200));
    var unused = (Outcome.Opened) agent().ask(new OpenService(two, "sshd", 2200));
    try (var socket = new Socket(open.host(), open.port())) {
      socket.getOutputStream().write((open.token() + "\n").getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readNBytes(10), StandardCharsets.UTF_8))
          .isEqualTo("+\nSSH-2.0-");
      agent().stopAndWait(two);
      assertThat(socket.getInputStream().readAllBytes()).isNotNull(); // it ends
    }
    assertThat(get(unused, "/")).startsWith("-gone ");
  }

  private TerminalView terminal(KernelId kernel) throws IOException {
    return new TerminalView((Outcome.Opened) agent().ask(new OpenTerminal(kernel, "main", 24, 80)));
  }

  @Test
  void shouldKeepATerminalOverARestartOfTheAgent() throws Exception {
    var kernel = start(List.of(), Map.of());
    try (var view = terminal(kernel);
        var second = terminal(kernel)) {
      view.type("echo $((6 * 7))-answer\r");
      assertThat(view.readTo("42-answer")).isNotEmpty();
      assertThat(second.readTo("42-answer")).isNotEmpty();
      agent().leave();
      agent = new AgentFixture(config(data));
    }
    agent().awaitState(kernel, KernelState.RUNNING);
    try (var again = terminal(kernel)) {
      assertThat(again.readTo("42-answer")).as("what was shown before").isNotEmpty();
      again.type("echo more-$((6 * 6))\r");
      assertThat(again.readTo("more-36")).isNotEmpty();
    }
  }

  @Test
  void shouldStopAFloodSoonAfterTheKey() throws Exception {
    var kernel = start(List.of(), Map.of());
    try (var view = terminal(kernel)) {
      view.type("yes\r");
      view.skip(8 << 20);
      // The reader pauses, so that everything between it and the program is full.
      Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> true);
      view.type("\003");
      view.type("echo over-$((5 * 5))\r"); // a shell drops the rest of an interrupted line
      var behind = view.readTo("over-25");
      assertThat(behind.length()).as("what was under way").isLessThan(2 << 20);
    }
  }
}
