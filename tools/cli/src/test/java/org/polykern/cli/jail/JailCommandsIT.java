package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.ShippedPolicies;

/** The commands that start nothing, with the real filter. */
class JailCommandsIT {
  @TempDir Path directory;

  private record Result(int exitCode, String out, String err) {}

  private Result run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        Terminal.of(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            Map.of(),
            directory);
    int exitCode = JailCommandLine.create(terminal).execute(args);
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deny-net | socket 2 1 0 | socket(2, 1, 0) fails with EACCES: no network.",
        "deny-net.yml | socket 0x1 1 | socket(0x1, 1) runs: no rule against it.",
        "deny-net | socket 16 3 4 | socket(16, 3, 4) fails with EAFNOSUPPORT: of netlink",
        "default | chmod 0 0o4755 | chmod(0, 0o4755) fails with EPERM: a set-user-id file",
        "default | chmod 0 0755 | chmod(0, 0755) runs: no rule against it.",
        "default | personality -1 | personality(-1) runs: no rule against it.",
        "default | ptrace | ptrace() fails with EPERM: a traced program's tracer",
        "default | clone3 | clone3() fails with ENOSYS: ",
        "default | getpid | getpid() runs: no rule against it.",
        "default | fork | fork() runs, up to 512 processes and 8192 threads"
      })
  void shouldSayWhatWouldHappen(String policy, String call, String answer) {
    String[] words = call.split(" ", -1);
    String[] args = new String[words.length + 2];
    args[0] = "ask";
    args[1] = policy;
    System.arraycopy(words, 0, args, 2, words.length);
    Result result = run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines().findFirst().orElse("")).startsWith(answer);
  }

  @Test
  void shouldMarkTheRuleThatDecides() {
    assertThat(run("ask", "deny-net", "socket", "40").out())
        .contains("* argument 0 is not 1 and argument 0 is not 16: fails with EACCES (no network)")
        .contains("  argument 0 is 40: fails with EAFNOSUPPORT");
    assertThat(run("ask", "deny-net", "socket", "1").out()).contains("* otherwise: runs");
    assertThat(run("ask", "default", "ioctl", "0", "0x5412").out())
        .contains("* argument 1 is 21522 (0x5412): fails with EPERM (TIOCSTI");
    assertThat(run("ask", "default", "mknod", "0", "0o20000").out())
        .contains("* argument 1 & 0xf000 is 0x2000: fails with EPERM (devices");
  }

  @Test
  void shouldAnswerForFilesAndTheirOwnTests() throws IOException {
    Files.writeString(
        directory.resolve("own.yml"),
        """
        version: polykern/1
        unlisted_syscalls: refuse
        allowed_syscalls: [read, write]
        refused_syscalls:
          - syscall: lseek
            action: kill
            when: [{argument: 1, width: 64, above: 0x100000000}]
        """);
    assertThat(run("ask", "own.yml", "lseek", "0", "0x100000001").out())
        .startsWith("lseek(0, 0x100000001) kills the process.");
    assertThat(run("ask", "own.yml", "lseek", "0", "1").out())
        .startsWith("lseek(0, 1) fails with EPERM: not in the list of allowed calls.")
        .contains("* otherwise: fails with EPERM");
    assertThat(run("ask", "own.yml", "write", "1").out()).startsWith("write(1) runs");
  }

  @Test
  void shouldRefuseQuestionsThatCannotBeAnswered() {
    assertThat(run("ask", "default", "conect"))
        .isEqualTo(
            new Result(
                2,
                "",
                "error: Expected a system call of "
                    + org.polykern.jail.call.Architecture.current().label()
                    + ", but there is no 'conect'. Did you mean 'connect'?\n"));
    assertThat(run("ask", "default", "socket", "AF_INET").exitCode()).isEqualTo(2);
    assertThat(run("ask", "default", "socket", "1", "2", "3", "4", "5", "6", "7").exitCode())
        .isEqualTo(2);
    assertThat(run("ask", "nothing", "socket").exitCode()).isEqualTo(2);
    assertThat(run("ask", "default").err()).contains("CALL");
  }

  @Test
  void shouldFindEveryErrorOfEveryFile() throws IOException {
    Files.writeString(
        directory.resolve("two.yml"),
        "version: polykern/1\nrefused_syscalls:\n  - conect\nlimits:\n  proceses: 3\n");
    Files.writeString(directory.resolve("fine.yml"), "version: polykern/1\nname: x\n");
    Result result = run("check", "two.yml", "fine.yml", "gone.yml");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out().lines())
        .containsExactly(
            directory
                + "/two.yml:3: Expected the name of a system call, but 'conect' is unknown: did you mean"
                + " 'connect'?",
            directory
                + "/two.yml:5: Expected a key, but 'proceses' is unknown: did you mean 'processes'?",
            "fine.yml: policy 'x' is fine",
            "gone.yml:1: Expected a file, but there is none.");
    assertThat(run("check", "fine.yml").exitCode()).isZero();
    assertThat(run("ask", "two.yml", "read").exitCode()).isEqualTo(1);
    assertThat(run("check").exitCode()).isEqualTo(2);
  }

  @Test
  void shouldShowWhatIsShipped() {
    assertThat(run("show").out().lines().map(line -> line.split(" ", -1)[0]))
        .containsExactlyElementsOf(ShippedPolicies.names());
    assertThat(run("show", "deny-net").out())
        .isEqualTo(ShippedPolicies.text("deny-net").orElseThrow());
    assertThat(run("show", "deny-net.yml").out()).contains("name: deny-net");
    assertThat(run("show", "deny_net").err()).contains("Did you mean 'deny-net'?");
  }

  @Test
  void shouldHelpWithEveryCommand() {
    for (String command : new String[] {"run", "trace", "check", "ask", "show"}) {
      assertThat(run(command, "--help").out()).contains("polykern jail " + command);
      assertThat(run("--help").out()).contains("  " + command + " ");
    }
    assertThat(run("nonsense").exitCode()).isEqualTo(2);
    assertThat(run().exitCode()).isEqualTo(2);
  }
}
