package org.polykern.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.CliProcess;
import org.polykern.cli.StreamServer;

/** How ssh and scp are called; with the real ones the end-to-end tests speak to a real sshd. */
class SshCommandIT {
  @TempDir Path directory;
  private StreamServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StreamServer(peer -> {});
    server.rest.on(
        "GET /session/mine/download_single?file=id_container",
        200,
        "application/octet-stream",
        "the key\n".getBytes(StandardCharsets.UTF_8));
    // Programs that tell how they were called, and keep the key's path and rights.
    for (String name : List.of("ssh", "scp")) {
      Path program = directory.resolve(name);
      Files.writeString(
          program,
          """
          #!/bin/sh
          for word; do
            case $word in IdentityFile=*) /bin/ls -l "${word#*=}"; /bin/cat "${word#*=}" ;; esac
          done
          echo "$@"
          exit 7
          """);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void shouldRunSshWithTheKeyAndGiveItsExitCode() throws Exception {
    try (CliProcess run = run("ssh", "mine", "-v", "ls", "-la", "--json")) {
      assertThat(run.exitCode()).isEqualTo(7);
      assertThat(run.out())
          .startsWith("-rw-------")
          .contains("\nthe key\n", "HostName=127.0.0.1", "User=work", "StrictHostKeyChecking=no")
          .endsWith(" mine -v ls -la --json\n");
      Path key = Path.of(run.out().replaceAll("(?s).*IdentityFile=(\\S+).*", "$1"));
      assertThat(key.getParent()).doesNotExist();
    }
  }

  @Test
  void shouldRunScpOnTheSessionThatItsArgumentsName() throws Exception {
    try (CliProcess run = run("scp", "-r", "-l", "9", "mine:data", ".")) {
      assertThat(run.exitCode()).isEqualTo(7);
      assertThat(run.out()).endsWith(" -r -l 9 mine:data .\n");
    }
    try (CliProcess run = run("scp", "a", "b")) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("SESSION:PATH");
    }
  }

  @Test
  void shouldSayThatThereIsNoSsh() throws Exception {
    Files.delete(directory.resolve("ssh"));
    try (CliProcess run = run("ssh", "mine")) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("'ssh', but this machine has none", "openssh-client");
    }
  }

  private CliProcess run(String... args) throws IOException {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("PATH", directory.toString());
    return CliProcess.start(environment, args);
  }
}
