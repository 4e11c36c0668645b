package org.polykern.jail.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.polykern.jail.nativelib.Jail;
import org.polykern.jail.nativelib.JailNative;

/**
 * The whole way of a session in mode m2: root enters the runner's user, the runner's JVM acts for
 * files as the session's user, and its programs are that user without a capability.
 */
@Timeout(60)
class AnotherUserIT {
  private static final String USER = Integer.toString(Jail.USER);
  private static final String ANOTHER = Integer.toString(Jail.OTHER_USER);

  private static final long INT_AND_QUIT = 1 << 1 | 1 << 2;

  /** What a container's root is left with. */
  private static final List<String> CONTAINER =
      List.of("setpriv", "--bounding-set=-all,+setuid,+setgid,+kill", "--no-new-privs");

  private Jail jail;

  @BeforeEach
  void makeJail() throws Exception {
    assumeTrue(Jail.isRoot());
    jail = new Jail();
  }

  @AfterEach
  void removeJail() throws IOException {
    if (jail != null) {
      jail.close();
    }
  }

  private record Said(int status, String text) {}

  @SafeVarargs
  private static Said run(List<String>... parts) throws Exception {
    List<String> whole = new ArrayList<>();
    for (List<String> part : parts) {
      whole.addAll(part);
    }
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  private List<String> enter() {
    return List.of(jail.helper.toString(), "--enter", ANOTHER + ":" + USER, "--");
  }

  @Test
  void shouldEnterAUserWithThreeCapabilities() throws Exception {
    for (List<String> root : List.of(CONTAINER, List.of("env"))) {
      Said status = run(root, enter(), List.of("/bin/cat", "/proc/self/status"));
      String three = "\t00000000000000e0";
      assertThat(status.text())
          .contains("Uid:\t" + String.join("\t", ANOTHER, ANOTHER, ANOTHER, ANOTHER))
          .contains("Gid:\t" + String.join("\t", USER, USER, USER, USER))
          .containsPattern("Groups:\\s*\n")
          .contains("CapInh:" + three, "CapPrm:" + three, "CapEff:" + three)
          .contains("CapBnd:" + three, "CapAmb:" + three);
      assertThat(run(root, enter(), List.of(jail.victim.toString(), "secure")).text())
          .isEqualTo("0\n");
    }
  }

  @Test
  void shouldEnterWithDefaultSignals() throws Exception {
    String shell = "trap '' INT QUIT; exec \"$@\"";
    Said status =
        run(List.of("bash", "-c", shell, "bash"), enter(), List.of("cat", "/proc/self/status"));
    String ignored = status.text().replaceAll("(?s).*SigIgn:\\t([0-9a-f]+).*", "$1");
    assertThat(Long.parseUnsignedLong(ignored, 16) & INT_AND_QUIT).isZero();
  }

  @Test
  void shouldSayWhyItDidNotEnter() throws Exception {
    List<String> drop = List.of("setpriv", "--reuid", ANOTHER, "--regid", USER, "--clear-groups");
    Said powerless = run(drop, enter(), List.of("true"));
    assertThat(powerless.status()).isEqualTo(125);
    assertThat(powerless.text()).contains("SETUID, SETGID and KILL");
    Said missing = run(enter(), List.of("/nonexistent"));
    assertThat(missing.status()).isEqualTo(127);
    assertThat(missing.text()).contains("'/nonexistent' was not started");
    for (String ids : List.of("0:0", "12", "12:", "a:1", "1:-2", "1:2:3", "4294967295:1")) {
      Said wrong = run(List.of(jail.helper.toString(), "--enter", ids, "--", "true"));
      assertThat(wrong.status()).as(ids).isEqualTo(125);
      assertThat(wrong.text()).contains("Expected UID:GID", "'" + ids + "'");
    }
  }

  @Test
  void shouldKeepRunnerAndHelperOutOfReach() throws Exception {
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    String attacks =
        """
        id -u; id -g; grep -c '^Cap[IPEA].*0000000000000000$' /proc/self/status
        helper=$(sed -n 's/^TracerPid:\t//p' /proc/self/status)
        runner=$(sed -n 's/^PPid:\t//p' /proc/$helper/status)
        for p in $helper $runner; do
          sed -n 's/^Uid:\t\\([0-9]*\\).*/victim \\1/p' /proc/$p/status
          kill -0 $p && echo signal; kill -9 $p; kill -STOP $p
          (: < /proc/$p/mem) && echo mem; (: > /proc/$p/mem) && echo write
          (: < /proc/$p/environ) && echo environ; (: < /proc/$p/maps) && echo maps
          ls /proc/$p/fd && echo fd; ls /proc/$p/map_files && echo map_files
          (: > /proc/$p/oom_score_adj) && echo oom; readlink /proc/$p/exe /proc/$p/cwd
          prlimit --pid $p --nofile=5:5 && echo prlimit; renice -n 5 -p $p && echo renice
          taskset -p 1 $p > /dev/null && echo taskset
          VICTIM call 101 16 $p; VICTIM call 101 0x4206 $p
        done
        """
            .replace("VICTIM", jail.victim.toString());
    Said said = run(CONTAINER, enter(), java(attacks));
    assertThat(said.text().lines())
        .containsExactly(
            "supervises true",
            "owner " + USER,
            USER,
            USER,
            "4",
            "victim " + ANOTHER,
            "-1 1",
            "-1 1",
            "victim " + ANOTHER,
            "-1 1",
            "-1 1",
            "ended 0",
            "signalled true",
            "ended 143");
    assertThat(said.status()).isZero();
  }

  @Test
  void shouldEndProgramsWithTheJvmThatStartedThem() throws Exception {
    List<String> whole = new ArrayList<>(CONTAINER);
    whole.addAll(enter());
    whole.addAll(java(""));
    whole.removeLast();
    Process jvm = new ProcessBuilder(whole).redirectErrorStream(true).start();
    long program = Long.parseLong(jvm.inputReader().readLine());
    assertThat(ProcessHandle.of(program)).isPresent();
    jvm.destroyForcibly().waitFor();
    await().until(() -> ProcessHandle.of(program).isEmpty());
  }

  @Test
  void shouldNotActForFilesWithoutTheCapability() throws Exception {
    List<String> drop = List.of("setpriv", "--reuid", ANOTHER, "--regid", USER, "--clear-groups");
    assertThat(run(drop, java("true")).text())
        .contains("supervises false")
        .contains("Expected to act for files as user " + USER + ", but this thread still acts as ");
  }

  /** Our own JVM's program and classes, where another user can read them. */
  private List<String> java(String script) throws Exception {
    Path classes = Files.createDirectory(jail.directory.resolve("classes"));
    copy(JailNative.class, classes);
    copy(AnotherUser.class, classes);
    Path library = jail.directory.resolve("libpkjail.so");
    Files.copy(
        Path.of(System.getProperty(JailNative.LIBRARY_PROPERTY)),
        library,
        StandardCopyOption.COPY_ATTRIBUTES);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Said reachable =
        run(List.of("setpriv", "--reuid", ANOTHER, "--clear-groups", java.toString(), "-version"));
    assumeTrue(reachable.status() == 0, "every user can start this JVM");
    return new ArrayList<>(
        List.of(
            java.toString(),
            "-D" + JailNative.LIBRARY_PROPERTY + "=" + library,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classes.toString(),
            AnotherUser.class.getName(),
            jail.helper.toString(),
            USER,
            jail.directory.toString(),
            script));
  }

  private static void copy(Class<?> one, Path to) throws Exception {
    Path from = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
