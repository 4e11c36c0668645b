package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.jail.rule.Policy;

/**
 * Each language does in the jail what it does outside: the scripts in {@code src/test/workloads},
 * one for each language of the runner, print the same under the policy of that language's sessions.
 */
class LanguageWorkloadIT {
  private static final Path WORKLOADS = Path.of("src/test/workloads");
  private static final Path LANGUAGES = Path.of("../runner-jvm/src/main/languages");

  /** The system's programs before those that only the user who runs the tests may reach. */
  private static final String PATH =
      "/usr/local/bin:/usr/bin:/bin:" + System.getenv().getOrDefault("PATH", "");

  @TempDir private Path directory;

  static Stream<String> languages() throws IOException {
    return names(LANGUAGES, ".language").stream();
  }

  @Test
  void shouldHaveAWorkloadForEveryLanguage() throws IOException {
    assertThat(names(WORKLOADS, ".sh")).containsExactlyElementsOf(names(LANGUAGES, ".language"));
  }

  @ParameterizedTest
  @MethodSource("languages")
  void shouldWorkInTheJailAsOutside(String language) throws Exception {
    Path script = Files.copy(WORKLOADS.resolve(language + ".sh"), directory.resolve("workload.sh"));
    requireProgramsOf(language, script);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Policy policy = ShippedPolicies.ofLanguage(language);
    Path output = directory.resolve("unjailed-output");
    Process outside = unjailed(command(policy, script, "outside"), output);
    JailedRun inside =
        JailedRun.of(
            directory, policy, false, command(policy, script, "inside").toArray(String[]::new));
    assertThat(outside.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(inside.errors()).doesNotContain("jail:");
    assertThat(inside.output()).as(inside.errors()).isEqualTo(Files.readString(output).strip());
    assertThat(inside.output()).isNotBlank();
    assertThat(inside.status()).isEqualTo(outside.exitValue()).isZero();
    assertThat(inside.events().getLast()).contains("\"refused\":{}");
  }

  private List<String> command(Policy policy, Path script, String folder) throws IOException {
    Path home = Files.createDirectory(directory.resolve(folder));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Map<String, String> plain =
        Map.of("PATH", PATH, "HOME", home.toString(), "LANG", "C.UTF-8", "TERM", "dumb");
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    new TreeMap<>(policy.environment().apply(plain, Set.of()))
        .forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(List.of("sh", "-c", "cd && exec sh \"$0\" < /dev/null", script.toString()));
    return command;
  }

  /** As the same user as in the jail. */
  private static Process unjailed(List<String> command, Path output) throws IOException {
    List<String> whole = new ArrayList<>();
    if (JailedRun.isRoot()) {
      whole.addAll(List.of("setpriv", "--reuid=65124", "--regid=65124", "--clear-groups"));
    }
    whole.addAll(command);
    return new ProcessBuilder(whole)
        .directory(new File("/tmp"))
        .redirectOutput(output.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void requireProgramsOf(String language, Path script) throws IOException {
    String head = Files.readAllLines(script).getFirst();
    assertThat(head).startsWith("# needs: ");
    List<String> missing =
        Stream.of(head.substring("# needs: ".length()).split(" ", -1))
            .filter(program -> !isInstalled(program))
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    String sentence = "Expected %s for %s, but it is not installed.".formatted(missing, language);
    // No Debian package has Julia.
    if (System.getenv("POLYKERN_REQUIRE_LANGUAGES") != null && !language.equals("julia")) {
      throw new AssertionError(sentence);
    }
    Assumptions.abort(sentence);
  }

  private static boolean isInstalled(String program) {
    if (program.startsWith("/")) {
      return Files.exists(Path.of(program));
    }
    return Stream.of(PATH.split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static Set<String> names(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
