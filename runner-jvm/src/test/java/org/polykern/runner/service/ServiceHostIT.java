package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.runner.JailFixture;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.LocalSpawner;
import org.polykern.runner.spawn.Spawner;

/** Starts that fail and ends that are hard, with real processes and short limits. */
@Timeout(60)
class ServiceHostIT {
  private static final Duration SHORT = Duration.ofMillis(700);

  /** Writes its process id, then sleeps without listening. */
  private static final String DEAF = "echo $$ >> pids; echo deaf; exec sleep 600";

  @TempDir Path directory;

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final BlockingQueue<StartAnswer> answers = new LinkedBlockingQueue<>();
  private EventLoop loop;
  private Thread thread;
  private ServiceHost host;
  private int port;

  @BeforeEach
  void start() throws Exception {
    loop = new EventLoop(log::add);
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    thread =
        new Thread(() -> {
          try {
            loop.run();
          } catch (IOException e) {
            log.add(e.toString());
          }
        });
    thread.start();
  }

  @AfterEach
  void end() throws Exception {
    if (host != null) {
      await(done -> host.stopAll(done));
    }
    loop.post(loop::stop);
    thread.join();
    assertThat(log).noneMatch(line -> line.contains("handler failed"));
  }

  private interface Work {
    void start(Runnable done);
  }

  /** Has something done on the loop thread, to its end. */
  private void await(Work work) throws Exception {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    loop.post(() -> work.start(() -> done.complete(true)));
    assertThat(done.get(30, TimeUnit.SECONDS)).isTrue();
  }

  private void host(Spawner spawner, Duration portLimit) {
    Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
    host =
        new ServiceHost(
            new ServiceSurroundings(
                spawner,
                loop,
                log::add,
                new InterpreterProgram(null, List.of("python3"), environment, directory),
                null,
                directory,
                directory,
                null,
                "127.0.0.1",
                new ServiceSurroundings.Limits(portLimit, portLimit, SHORT)));
  }

  private Spawner spawner(boolean jailed) throws IOException {
    return jailed ? JailFixture.sameUser(loop) : new LocalSpawner();
  }

  private void define(String name, Map<String, ?> definition) throws IOException {
    Files.writeString(directory.resolve(name + ".json"), JsonText.of(definition));
  }

  private void request(String name) {
    Map<String, Object> request = Map.of("name", name, "port", port, "protocol", "http");
    byte[] body = JsonText.of(request).getBytes(StandardCharsets.UTF_8);
    loop.post(() -> host.start(body, answers::add));
  }

  private StartAnswer answer() throws InterruptedException {
    StartAnswer answer = answers.poll(30, TimeUnit.SECONDS);
    assertThat(answer).isNotNull();
    return answer;
  }

  private List<Long> pids() throws IOException {
    Path file = directory.resolve("pids");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
        : List.of();
  }

  private static boolean lives(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private void awaitPids(int count) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> pids().size() == count);
  }

  private static void awaitEnd(List<Long> pids) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> pids.stream().noneMatch(ServiceHostIT::lives));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndWhatNeverListens(boolean jailed) throws Exception {
    host(spawner(jailed), SHORT);
    define("deaf", Map.of("command", DEAF));
    request("deaf");
    StartAnswer failed = answer();
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.error())
        .isEqualTo(
            "Expected the service deaf to open port " + port + " within 0.7 s, but it did not.");
    assertThat(failed.log()).isEqualTo("deaf\n");
    request("deaf");
    assertThat(answer().status()).isEqualTo("failed");
    await(done -> host.stop("deaf", done));
    assertThat(pids()).hasSize(2).noneMatch(ServiceHostIT::lives);
  }

  @Test
  void shouldEndAStartThatIsNotWantedAnyMore() throws Exception {
    host(spawner(true), Duration.ofMinutes(5));
    define("deaf", Map.of("command", DEAF));
    request("deaf");
    request("deaf");
    awaitPids(1);
    await(done -> host.stop("deaf", done));
    for (int i = 0; i < 2; i++) {
      assertThat(answer().error()).contains("was shut down meanwhile");
    }
    assertThat(pids()).hasSize(1).noneMatch(ServiceHostIT::lives);
  }

  @Test
  void shouldEndAPreparationThatIsNotWantedAnyMore() throws Exception {
    host(spawner(true), Duration.ofMinutes(5));
    Map<String, Object> slow = new HashMap<>(Map.of("command", DEAF));
    slow.put("prestart", List.of(run("sh", "-c", DEAF)));
    define("slow", slow);
    request("slow");
    awaitPids(1);
    await(done -> host.stop("slow", done));
    assertThat(answer().error()).contains("was shut down meanwhile");
    awaitEnd(pids());
    assertThat(pids()).hasSize(1);
  }

  @Test
  void shouldLimitAPreparation() throws Exception {
    host(spawner(false), Duration.ofMinutes(5));
    define("slow", Map.of("command", DEAF, "prestart", List.of(run("sleep", "600"))));
    request("slow");
    assertThat(answer().error())
        .isEqualTo(
            "Expected to run sleep 600 for the service slow within 0.7 s, but it took longer.");
    define("absent", Map.of("command", DEAF, "prestart", List.of(run("no-such-program"))));
    request("absent");
    assertThat(answer().error()).contains("no-such-program on the PATH");
    assertThat(pids()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldKillWhatStaysAndStartAnewBehindIt(boolean jailed) throws Exception {
    host(spawner(jailed), Duration.ofSeconds(30));
    String server =
        """
        import http.server, os, signal, subprocess, sys
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(['sleep', '600'])
        with open('pids', 'a') as f:
            print(os.getpid(), child.pid, sep=chr(10), file=f)
        http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), None).serve_forever()
        """;
    define(
        "stays",
        Map.of(
            "command", List.of("{runtime_path}", "-c", server.replace("{", "{{"), "{ports[0]}")));
    request("stays");
    assertThat(answer().status()).isEqualTo("started");
    awaitPids(2);
    loop.post(() -> host.stop("stays", () -> {}));
    request("stays");
    assertThat(answer().status()).isEqualTo("started");
    awaitPids(4);
    // Without a jail somebody else has to take notice of a child's end.
    awaitEnd(pids().subList(0, 2));
    await(done -> host.stopAll(done));
    awaitEnd(pids());
    request("stays");
    assertThat(answer().error()).contains("it is ending");
  }

  private static Map<String, Object> run(String... command) {
    return Map.of("action", "run_command", "args", Map.of("command", List.of(command)));
  }
}
