package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.jail.JailProcess.Ended;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.policy.ShippedPolicies;

/** Real programs in real jails, as root in mode m2, else in m1. */
class JailRunIT {
  private static final String CONNECT =
      "import socket; socket.create_connection((\"127.0.0.1\", 80))";

  @TempDir Path directory;

  /** For the user that root's programs run as. */
  @BeforeEach
  void letEverybodyIn() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void shouldRefuseTheNetworkByTheShippedFile() throws Exception {
    Ended named = run("run", "--policy", "deny-net.yml", "--", "python3", "-c", CONNECT);
    assertThat(named.err())
        .contains("jail: socket(2) is not allowed by policy 'deny-net'\n")
        .contains("PermissionError");
    assertThat(named.exitCode()).isEqualTo(1);
    // A copy says the same.
    Files.writeString(
        directory.resolve("copy.yml"), ShippedPolicies.text("deny-net").orElseThrow());
    assertThat(run("run", "-p", "copy.yml", "--", "python3", "-c", CONNECT).err())
        .contains("jail: socket(2) is not allowed by policy 'deny-net'\n");
  }

  @Test
  void shouldEndAsTheProgramDoes() throws Exception {
    assertThat(run("run", "--", "sh", "-c", "echo out; echo err >&2; exit 7"))
        .isEqualTo(new Ended(7, "out\n", "err\n"));
    assertThat(run("run", "--", "sh", "-c", "kill -9 $$").exitCode()).isEqualTo(137);
    assertThat(run("run", "echo", "-n", "--", "@x", "--help").out()).isEqualTo("-- @x --help");
  }

  @Test
  void shouldSayWhyNothingWasStarted() throws Exception {
    Ended gone = run("run", "--", "/no/such/program");
    assertThat(gone.exitCode()).isEqualTo(127);
    assertThat(gone.err()).contains("'/no/such/program' was not started");
    assertThat(run("run", "--", "/etc/passwd").exitCode()).isEqualTo(126);
    Files.writeString(
        directory.resolve("two.yml"), "version: polykern/1\nnmae: x\nlimits: {proceses: 3}\n");
    Ended bad = run("run", "--policy", "two.yml", "--", "echo", "ran");
    assertThat(bad.exitCode()).isEqualTo(125);
    assertThat(bad.out()).isEmpty();
    assertThat(bad.err())
        .contains(
            "two.yml:2: ", "did you mean 'name'?", "two.yml:3: ", "did you mean 'processes'?");
    assertThat(run("run", "--polcy", "x", "--", "true").exitCode()).isEqualTo(2);
    assertThat(run("run").exitCode()).isEqualTo(2);
  }

  @Test
  void shouldNotFindAProgramBehindAClosedDirectoryOfThePath() throws Exception {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    Map<String, String> environment = Map.of("PATH", closed + ":" + System.getenv("PATH"));
    Ended gone = JailProcess.run(directory, environment, "run", "--", "no-such-program");
    assertThat(gone.exitCode()).isEqualTo(127);
    assertThat(gone.err())
        .isEqualTo(
            "pk-jail: 'no-such-program' was not started, step exec: No such file or directory.\n");
  }

  @Test
  void shouldTakeTheProgramAlongWhenItIsKilled() throws Exception {
    try (JailProcess sleeping =
        JailProcess.start(directory, "run", "--", "sh", "-c", "echo on; sleep 600; true")) {
      sleeping.awaitOutput("on");
      ProcessHandle client = sleeping.client();
      List<ProcessHandle> others = client.descendants().toList();
      assertThat(others).hasSizeGreaterThanOrEqualTo(2);
      kill("KILL", client.pid());
      await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> others.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void shouldGiveTheProgramItsEnvironmentAndUser() throws Exception {
    Map<String, String> environment = Map.of("GREETING", "a=b", "POLYKERN_SECRET", "x");
    String script = "import os; print(os.environ['GREETING'], os.environ.get('POLYKERN_SECRET'))";
    Ended ended =
        JailProcess.run(
            directory,
            environment,
            "run",
            "--",
            "python3",
            "-c",
            script + "; print(os.getuid(), os.getgroups())");
    boolean root = Identity.current().root();
    String user = root ? "65534 []" : Identity.current().uid() + " ";
    assertThat(ended.out()).startsWith("a=b None\n" + user);
    Ended named = run("run", "--user", "4321:1234", "--", "sh", "-c", "id -u; id -g; echo $HOME");
    assertThat(named.out()).isEqualTo(root ? "4321\n1234\n/\n" : "");
    assertThat(named.exitCode()).isEqualTo(root ? 0 : 2);
  }

  @Test
  void shouldTellEventsToAFile() throws Exception {
    Ended ended = run("run", "-p", "deny-net", "--events", "told", "--", "python3", "-c", CONNECT);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(Files.readAllLines(directory.resolve("told")))
        .anyMatch(line -> line.startsWith("{\"event\":\"refused\"") && line.contains("\"socket\""))
        .last()
        .asString()
        .contains("\"event\":\"exit\"", "\"refused\":{\"socket\":");
  }

  @Test
  void shouldOnlyWatchWhenAsked() throws Exception {
    Ended ended =
        run(
            "run",
            "--watch",
            "-p",
            "deny-net",
            "--",
            "python3",
            "-c",
            "import socket; socket.socket()");
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .isEqualTo(
            "jail: socket(2) would not have been allowed by policy 'deny-net': python3 (1)\n");
    assertThat(run("run", "--watch", "-p", "deny-net", "--", "true").err())
        .isEqualTo("jail: policy 'deny-net' would have refused nothing\n");
  }

  @Test
  void shouldLearnAPolicyThatHoldsForTheProgramAndNoOther() throws Exception {
    Ended traced = run("trace", "-o", "cat.yml", "--", "cat", "/etc/passwd");
    assertThat(traced.exitCode()).as(traced.err()).isZero();
    assertThat(traced.out()).isEqualTo(Files.readString(Path.of("/etc/passwd")));
    assertThat(Files.readString(directory.resolve("cat.yml")))
        .startsWith("# ")
        .contains("# openat: cat (");
    assertThat(PolicyFile.read(directory.resolve("cat.yml")).policy().name()).isEqualTo("cat");
    assertThat(run("run", "-p", "cat.yml", "--", "cat", "/etc/passwd"))
        .isEqualTo(new Ended(0, traced.out(), ""));
    Ended other = run("run", "-p", "cat.yml", "--", "python3", "-c", CONNECT);
    assertThat(other.exitCode()).isNotZero();
    assertThat(other.err()).contains("(2) is not allowed by policy 'cat'");
  }

  @Test
  void shouldOpenTheGivenPolicyAsFarAsNeeded() throws Exception {
    Files.writeString(
        directory.resolve("base.yml"), "version: polykern/1\nrefused_syscalls: [socket, acct]\n");
    Ended traced =
        run("trace", "-p", "base.yml", "--", "python3", "-c", "import socket; socket.socket()");
    assertThat(traced.exitCode()).as(traced.err()).isZero();
    assertThat(traced.out())
        .contains("# socket: python3 (1)", "  - syscall: acct")
        .doesNotContain("unlisted_syscalls", "syscall: socket");
    Files.writeString(directory.resolve("learned.yml"), traced.out());
    assertThat(
            run(
                "run",
                "-p",
                "learned.yml",
                "--",
                "python3",
                "-c",
                "import socket; socket.socket()"))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(run("trace", "-o", "/no/such/place", "--", "echo", "ran"))
        .extracting(Ended::exitCode, Ended::out)
        .containsExactly(2, "");
  }

  @Test
  void shouldPassInputAndSignalsOn() throws Exception {
    try (JailProcess cat = JailProcess.start(directory, "run", "--", "cat")) {
      cat.type("typed\n");
      cat.awaitOutput("typed");
      cat.input().close();
      assertThat(cat.end().exitCode()).isZero();
    }
    String sleep = "import time\nprint('on', flush=True)\ntime.sleep(600)";
    for (String[] signal : new String[][] {{"INT", "130"}, {"TERM", "143"}, {"HUP", "129"}}) {
      try (JailProcess sleeping =
          JailProcess.start(directory, "run", "--", "python3", "-c", sleep)) {
        sleeping.awaitOutput("on");
        kill(signal[0], sleeping.client().pid());
        Ended ended = sleeping.end();
        assertThat(ended.exitCode()).as(signal[0]).isEqualTo(Integer.parseInt(signal[1]));
        assertThat(ended.err().contains("KeyboardInterrupt")).isEqualTo(signal[0].equals("INT"));
      }
    }
  }

  @Test
  void shouldControlATerminalOfItsOwn() throws Exception {
    String script =
        """
        import os, time
        print(os.isatty(0), os.isatty(1), os.tcgetpgrp(0) == os.getpid(), os.getpgrp(), flush=True)
        print('you typed', input(), flush=True)
        time.sleep(600)\
        """;
    try (JailProcess terminal =
        JailProcess.startInTerminal(directory, "run", "--", "python3", "-c", script)) {
      terminal.awaitOutput("True True True");
      terminal.type("something\r");
      terminal.awaitOutput("you typed something");
      terminal.type("\003");
      terminal.awaitOutput("KeyboardInterrupt");
      assertThat(terminal.end().exitCode()).isEqualTo(130);
    }
  }

  @Test
  void shouldShowInATerminalWhatIsWrittenAtTheVeryEnd() throws Exception {
    try (JailProcess terminal =
        JailProcess.startInTerminal(
            directory, "run", "--", "sh", "-c", "seq 1 2000 | cat; exit 4")) {
      Ended ended = terminal.end();
      assertThat(ended.out()).startsWith("1\r\n2\r\n").endsWith("1999\r\n2000\r\n");
      assertThat(ended.exitCode()).isEqualTo(4);
    }
  }

  private Ended run(String... args) throws IOException, InterruptedException {
    return JailProcess.run(directory, args);
  }

  private static void kill(String signal, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + pid).start().waitFor()).isZero();
  }
}
