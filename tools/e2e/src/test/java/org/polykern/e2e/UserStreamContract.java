package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.e2e.Product.Result;
import org.polykern.e2e.Product.Running;

/** Terminals, ssh and services through the command line, as a user has them. */
@ExtendWith(SharedProduct.class)
abstract class UserStreamContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DETACH = "\020\021";

  @TempDir Path directory;

  /** Both set by the backend's own class before each test. */
  Product product;

  String session;

  private final List<Running> begun = new ArrayList<>();

  /** How much goes through a tunnel in each direction, in MiB. */
  abstract int mebibytes();

  /** The image that has Jupyter as a service; empty where there is none, and why. */
  abstract JupyterThere jupyter();

  /** An image, or why there is none. */
  record JupyterThere(String image, String missing) {}

  final void use(Product shared, TestInfo test) {
    product = shared;
    session =
        "stream-" + test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
  }

  private Running background(String... args) {
    begun.add(product.background(args));
    return begun.getLast();
  }

  private Running inTerminal(String... args) {
    begun.add(product.inTerminal(args));
    return begun.getLast();
  }

  @AfterEach
  void remove() {
    begun.stream().filter(run -> run.process().isAlive()).forEach(run -> run.signal("KILL"));
    if (product != null) {
      product.cli("rm", "--force", session);
    }
  }

  private void start(String image, String... options) {
    String[] all = new String[options.length + 4];
    System.arraycopy(new String[] {"start", "-t", session, image}, 0, all, 0, 4);
    System.arraycopy(options, 0, all, 4, options.length);
    Result started = product.cli(all);
    assertThat(started.exitCode()).as(started.err()).isZero();
  }

  @Test
  void shouldShowATerminalAndComeBackToIt() throws Exception {
    start("python");
    Running run = inTerminal("terminal", session);
    type(run, "stty size; echo $((6*7))-$PWD\r", "30 100", "42-/home/work");
    type(run, "cd /tmp && mine=kept\r", "/tmp$ ");
    run.enlarge();
    type(run, "stty size\r", "50 132");
    run.type("sleep 600\r");
    await().atMost(PATIENCE).until(() -> run.out().text().contains("sleep 600"));
    type(run, "\003", "^C"); // is the program's
    run.type(DETACH);
    Result left = run.await(PATIENCE);
    assertThat(left.exitCode()).as(left.out()).isZero();
    assertThat(left.out()).endsWith("Left; the terminal goes on.\r\n");
    assertThat(left.err()).endsWith("restored\n");
    Running again = inTerminal("terminal", session);
    await().atMost(PATIENCE).until(() -> again.out().text().contains("42-/home/work"));
    type(again, "echo $((7*7))-$mine\r", "49-kept");
    product.cli("rm", "--force", session);
    Result ended = again.await(PATIENCE);
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.err()).endsWith("restored\n");
  }

  @Test
  void shouldRunTheMachinesSsh() throws Exception {
    assumeProgram("ssh");
    start("python");
    Result result =
        product.cliWithInput(
            "hello", "ssh", session, "cat; echo \" from $(pwd)\"; echo wrong >&2; exit 7");
    assertThat(result).isEqualTo(new Result(7, "hello from /home/work\n", "wrong\n"));
    Running shell = inTerminal("ssh", session);
    type(shell, "stty size; echo $((6*7))\r", "30 100", "\n42\r");
    shell.type("exit 5\r");
    assertThat(shell.await(PATIENCE).exitCode()).isEqualTo(5);
    Result unknown = product.cli("ssh", session + "x", "true");
    assertThat(unknown.exitCode()).isEqualTo(3);
    assertThat(unknown.err()).contains("Did you mean " + session + "?");
  }

  @Test
  void shouldCopyFilesWithScpAndSftp() throws Exception {
    assumeProgram("scp");
    start("python"); // with the image's least memory
    byte[] bytes = new byte[20 << 20];
    new Random(5).nextBytes(bytes);
    Path file = Files.write(directory.resolve("there"), bytes);
    assertThat(product.cli("scp", "-q", file.toString(), session + ":there"))
        .isEqualTo(new Result(0, "", ""));
    Path back = directory.resolve("back");
    assertThat(product.cli("scp", "-q", session + ":there", back.toString()).exitCode()).isZero();
    assertThat(Files.mismatch(file, back)).isEqualTo(-1);
    Path old = directory.resolve("old");
    assertThat(product.cli("scp", "-qO", session + ":there", old.toString()).exitCode()).isZero();
    assertThat(Files.mismatch(file, old)).isEqualTo(-1);
    sftp(file);
  }

  /** As a user's own configuration would have it: the tunnel is a ProxyCommand. */
  private void sftp(Path file) throws Exception {
    Path key = directory.resolve("id_container");
    assertThat(
            product.cli("download", session, "id_container", "-o", directory.toString()).exitCode())
        .isZero();
    Files.setPosixFilePermissions(
        key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    Path batch = Files.writeString(directory.resolve("batch"), "get there again\nls\n");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sftp",
                "-b",
                batch.toString(),
                "-i",
                key.toString(),
                "-oStrictHostKeyChecking=no",
                "-oUserKnownHostsFile=/dev/null",
                "-oProxyCommand="
                    + Repository.root().resolve("polykern")
                    + " app "
                    + session
                    + " sshd --stdio",
                "work@session")
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(product.environment("client.env"));
    Process process = builder.start();
    process.getOutputStream().close();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("there");
    assertThat(Files.mismatch(file, directory.resolve("again"))).isEqualTo(-1);
  }

  @Test
  void shouldServeAPageOfTheSession() throws Exception {
    int port = freePort();
    start("python", "--preopen", String.valueOf(port));
    String code =
        "import http.server, pathlib\n"
            + "pathlib.Path('page.html').write_text('the page')\n"
            + "http.server.test(http.server.SimpleHTTPRequestHandler, port="
            + port
            + ", bind='0.0.0.0')";
    Running server = background("exec", session, "-c", code);
    await().atMost(PATIENCE).until(() -> server.out().text().contains("Serving HTTP"));
    Running app = background("app", session, String.valueOf(port), "--bind", "0");
    URI page = address(app).resolve("/page.html");
    assertThat(Jupyter.get(page)).isEqualTo("the page");
    app.signal("INT");
    assertThat(app.await(PATIENCE).exitCode()).isZero();
    server.signal("KILL");
    assertThat(product.cli("apps", session).out()).contains(port + " ", "sshd ", "ttyd ");
    Result none = product.cli("app", session, "nothing");
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.err()).contains("It has: " + port + ",");
  }

  @Test
  void shouldCarryMuchEachWayUnchanged() throws Exception {
    int port = freePort();
    start("python", "--preopen", String.valueOf(port));
    Running server = background("exec", session, "-c", Bulk.server(port));
    await().atMost(PATIENCE).until(() -> server.out().text().contains("listening"));
    Running app = background("app", session, String.valueOf(port), "--bind", "0");
    int local = address(app).getPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local)) {
      assertThat(Bulk.upload(socket, mebibytes())).isEqualTo(Bulk.digest(mebibytes()));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local)) {
      assertThat(Bulk.download(socket, mebibytes())).isEqualTo(Bulk.digest(mebibytes()));
    }
    app.signal("INT");
    Result result = app.await(PATIENCE);
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    server.signal("KILL");
  }

  @Test
  void shouldOpenJupyter() throws Exception {
    JupyterThere there = jupyter();
    Assumptions.assumeTrue(there.missing().isEmpty(), "Left out Jupyter: " + there.missing());
    start(there.image());
    Running app = background("app", session, "jupyter", "--bind", "0");
    URI address = address(app);
    assertThat(Jupyter.get(address.resolve("/api"))).contains("version");
    assertThat(Jupyter.run(address, "print(6 * 7)")).isEqualTo("42\n");
    app.signal("INT");
    assertThat(app.await(PATIENCE).exitCode()).isZero();
    assertThat(product.cli("service", "log", session, "jupyter").out()).contains("Kernel started");
    assertThat(product.cli("service", "stop", session, "jupyter").exitCode()).isZero();
  }

  private static URI address(Running app) {
    await()
        .atMost(PATIENCE)
        .until(() -> app.out().text().endsWith("\n") || !app.process().isAlive());
    assertThat(app.out().text()).as(app.err().text()).isNotEmpty();
    return URI.create(app.out().text().strip());
  }

  private static void type(Running run, String keys, String... expected) throws IOException {
    // Not before something is shown: what is typed earlier is the local terminal's.
    await().atMost(PATIENCE).until(() -> run.out().text().contains("$"));
    run.type(keys);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(run.out().text()).contains(Arrays.asList(expected)));
  }

  private static void assumeProgram(String program) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    Assumptions.assumeTrue(there, "Left out: this machine has no " + program);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
