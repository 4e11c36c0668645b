package org.polykern.sshd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as the clients of OpenSSH see it. */
class ClientsIT {
  private static final int BULK = 64 << 20;
  private static final String HOST = "work@127.0.0.1";

  @TempDir static Path shared;
  private static Path home;
  private static Path key;
  private static ServerProcess server;

  @TempDir Path own;

  @BeforeAll
  static void start() throws Exception {
    home = Files.createDirectory(shared.resolve("home"));
    key = home.resolve("id_container");
    ServerProcess.makeKey(key, "ed25519");
    server = new ServerProcess(home, shared, Map.of("FROM_SESSION", "a b", "LC_ALL", "C"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void noKeysOfOthers() throws IOException {
    Files.deleteIfExists(home.resolve(".ssh/authorized_keys"));
  }

  @Test
  void shouldTellStatusAndKeepOutputsApart() throws Exception {
    var ended =
        ServerProcess.run(
            server.ssh(key, HOST, "echo out; echo err >&2; tty; echo \"$FROM_SESSION\"; exit 7"));
    assertThat(ended).isEqualTo(new ServerProcess.Outcome(7, "out\nnot a tty\na b\n", "err\n"));
    assertThat(ServerProcess.run(server.ssh(key, HOST, "pwd")).out().strip())
        .isEqualTo(home.toRealPath().toString());
  }

  @Test
  void shouldTellSignalsAsShellsDo() throws Exception {
    assertThat(ServerProcess.run(server.ssh(key, HOST, "kill -9 $$")).status()).isEqualTo(137);
  }

  @Test
  void shouldPassBytesUnchangedBothWays() throws Exception {
    var big = bulk("bytes");
    var back = own.resolve("back");
    var client =
        new ProcessBuilder(server.ssh(key, HOST, "cat"))
            .redirectInput(big.toFile())
            .redirectOutput(back.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(client.waitFor()).isZero();
    assertThat(Files.mismatch(big, back)).isEqualTo(-1);
  }

  @Test
  void shouldGiveATerminalThatIsResizedAndInterrupted() throws Exception {
    var person = own.resolve("terminal.py");
    try (var script = ClientsIT.class.getResourceAsStream("terminal.py")) {
      Files.copy(script, person);
    }
    var command = server.ssh(key, "-tt", HOST);
    command.addAll(0, List.of("env", "TERM=xterm-test", "python3", person.toString()));
    var ended = ServerProcess.run(command);
    assertThat(ended.out() + ended.err()).isEqualTo("status 5\n");
    // What ignores the hang-up outlives its terminal, as everywhere.
    var background =
        ProcessHandle.of(Long.parseLong(Files.readString(home.resolve("sleep.pid")).strip()));
    assertThat(background).isPresent();
    background.get().destroyForcibly();
  }

  @Test
  void shouldEndAProgramWhoseClientIsGone() throws Exception {
    for (var option : new String[] {"-T", "-tt"}) {
      var pid = home.resolve("gone.pid");
      Files.deleteIfExists(pid);
      var client =
          new ProcessBuilder(
                  server.ssh(
                      key,
                      option,
                      HOST,
                      "echo $$ > gone.tmp; mv gone.tmp gone.pid; exec sleep 300"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      await().until(() -> Files.exists(pid));
      var program = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
      client.destroyForcibly();
      await().atMost(Duration.ofSeconds(30)).until(() -> !program.isAlive());
    }
  }

  @Test
  void shouldCopyFilesByBothProtocolsOfScp() throws Exception {
    var big = bulk("scp");
    for (var protocol : new String[] {"-s", "-O"}) {
      var back = own.resolve("back" + protocol);
      succeed(server.copying("scp", key, protocol, big.toString(), HOST + ":copied"));
      assertThat(Files.mismatch(big, home.resolve("copied"))).isEqualTo(-1);
      succeed(server.copying("scp", key, protocol, HOST + ":copied", back.toString()));
      assertThat(Files.mismatch(big, back)).isEqualTo(-1);
      Files.delete(home.resolve("copied"));
    }
  }

  @Test
  void shouldCopyTreesWithTheirTimesAndModes() throws Exception {
    var tree = Files.createDirectories(own.resolve("tree/below"));
    var file = Files.writeString(tree.resolve("run me"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
    for (var protocol : new String[] {"-s", "-O"}) {
      succeed(
          server.copying(
              "scp", key, protocol, "-pr", own.resolve("tree").toString(), HOST + ":t" + protocol));
      var copy = home.resolve("t" + protocol + "/below/run me");
      assertThat(copy).hasSameTextualContentAs(file);
      assertThat(Files.getPosixFilePermissions(copy))
          .isEqualTo(Files.getPosixFilePermissions(file));
      assertThat(Files.getLastModifiedTime(copy).toInstant().getEpochSecond())
          .isEqualTo(Files.getLastModifiedTime(file).toInstant().getEpochSecond());
    }
  }

  @Test
  void shouldServeFilesBySftp() throws Exception {
    var big = bulk("sftp");
    var back = own.resolve("back");
    var orders =
        Files.writeString(
            own.resolve("orders"),
            """
            pwd
            mkdir of-sftp
            put %s of-sftp/gr\u00f6\u00dfer
            get of-sftp/gr\u00f6\u00dfer %s
            rename of-sftp/gr\u00f6\u00dfer of-sftp/renamed
            symlink renamed of-sftp/link
            chmod 600 of-sftp/renamed
            ls -l of-sftp
            rm of-sftp/link
            rm of-sftp/renamed
            rmdir of-sftp
            """
                .formatted(big, back));
    var ended = ServerProcess.run(server.copying("sftp", key, "-b", orders.toString(), HOST));
    assertThat(ended.status()).as(ended.err()).isZero();
    assertThat(ended.out())
        .contains("Remote working directory: " + home.toRealPath())
        .contains("-rw-------", "renamed", "link");
    assertThat(Files.mismatch(big, back)).isEqualTo(-1);
    assertThat(home.resolve("of-sftp")).doesNotExist();
  }

  @Test
  void shouldAdmitOnlyListedKeysAndTheContainersOwn() throws Exception {
    for (var type : new String[] {"ed25519", "ecdsa", "rsa"}) {
      var other = own.resolve(type);
      ServerProcess.makeKey(other, type);
      var refused = ServerProcess.run(server.ssh(other, HOST, "true"));
      assertThat(refused.status()).isEqualTo(255);
      assertThat(refused.err()).contains("Permission denied (publickey)");
      var listed = Files.createDirectories(home.resolve(".ssh")).resolve("authorized_keys");
      var line = Files.readString(own.resolve(type + ".pub"));
      Files.writeString(listed, "# mine\n\nnonsense here\nno-agent-forwarding " + line);
      succeed(server.ssh(other, HOST, "true"));
      Files.writeString(listed, "command=\"date\" " + line);
      assertThat(ServerProcess.run(server.ssh(other, HOST, "true")).status()).isEqualTo(255);
      assertThat(ServerProcess.run(server.ssh(other, "root2@127.0.0.1", "true")).status())
          .isEqualTo(255);
    }
    succeed(server.ssh(key, HOST, "true"));
    assertThat(ServerProcess.run(server.ssh(key, "daemon@127.0.0.1", "true")).status())
        .isEqualTo(255);
  }

  @Test
  void shouldStayTheSameServerAfterARestart() throws Exception {
    var place = Files.createDirectory(own.resolve("place"));
    var ours = place.resolve("id_container");
    ServerProcess.makeKey(ours, "ecdsa");
    for (int start = 0; start < 2; start++) {
      try (var another = new ServerProcess(place, own, Map.of())) {
        succeed(another.ssh(ours, "-o", "HostKeyAlias=session", HOST, "true"));
        succeed(
            another.ssh(
                ours,
                "-o",
                "HostKeyAlias=old",
                "-o",
                "HostKeyAlgorithms=ecdsa-sha2-nistp256",
                HOST,
                "true"));
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(".sshd"))))
        .isEqualTo("rwx------");
  }

  private static void succeed(List<String> command) throws Exception {
    var ended = ServerProcess.run(command);
    assertThat(ended.status()).as(ended.err()).isZero();
  }

  private Path bulk(String name) throws IOException {
    var bytes = new byte[BULK];
    new Random(Arrays.hashCode(name.toCharArray())).nextBytes(bytes);
    return Files.write(own.resolve(name), bytes);
  }
}
