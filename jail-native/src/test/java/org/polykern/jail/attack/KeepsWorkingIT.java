package org.polykern.jail.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.policy.ShippedPolicies;
import org.polykern.jail.rule.Policy;

/**
 * Programs that no policy may break, under that of their language. A script's first line says
 * which, and what it needs; one that needs what this machine lacks is skipped, or fails where
 * POLYKERN_REQUIRE_LANGUAGES is set. Short programs of more languages are in PolicyIT.
 */
class KeepsWorkingIT {
  private static final Path SCRIPTS = Path.of("src/test/works");
  private static final Pattern HEAD =
      Pattern.compile("# Policy: ([a-z]+)\\. Needs: ([^.]+)\\.( Slow: in one mode only\\.)?");

  private static final boolean REQUIRED = System.getenv("POLYKERN_REQUIRE_LANGUAGES") != null;

  private static @Nullable AttackPrograms programs;
  private static @Nullable AttackPlace other;
  private static @Nullable AttackPlace same;

  @BeforeAll
  static void prepare() throws Exception {
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    AttackPrograms compiled = AttackPrograms.compile("runner");
    programs = compiled;
    same = new AttackPlace(compiled, false);
    if (AttackPlace.isRoot()) {
      other = new AttackPlace(compiled, true);
    }
  }

  @AfterAll
  static void remove() throws IOException {
    for (AutoCloseable made : new AutoCloseable[] {other, same, programs}) {
      if (made != null) {
        try {
          made.close();
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
    }
  }

  static Stream<Arguments> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files.sorted().toList().stream()
          .flatMap(file -> AttackIT.modes().stream().map(mode -> Arguments.of(mode, file)));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("scripts")
  void shouldRun(String mode, Path script) throws Exception {
    Matcher head = HEAD.matcher(Files.readAllLines(script).getFirst());
    assertThat(head.matches()).as("the first line of %s", script).isTrue();
    assumeTrue(
        head.group(3) == null || mode.equals(AttackIT.modes().getFirst()),
        "tried in one mode only");
    AttackPlace place = mode.equals("m2") ? other : same;
    assertThat(place).isNotNull();
    Path home = place.home(script.getFileName().toString().replace(".sh", ""));
    for (String need : head.group(2).split(", ", -1)) {
      boolean here = has(need);
      assertThat(here || !REQUIRED).as("%s is needed", need).isTrue();
      assumeTrue(here, need + " is not here");
    }
    Policy policy = ShippedPolicies.ofLanguage(head.group(1));
    String text = "cd \"$HOME\"\n" + Files.readString(script);
    AttackPlace.End end =
        place.jailed(policy, Map.of("HOME", home.toString()), List.of("/bin/sh", "-e", "-c", text));
    assertThat(end.status()).as("%s%s", end.output(), end.errors()).isZero();
    assertThat(end.errors()).doesNotContain("jail: ");
    assertThat(place.harm()).isEmpty();
  }

  /** Whether there is a program, or a module of the system's Python, of that name. */
  private static boolean has(String need) throws IOException, InterruptedException {
    ProcessBuilder look =
        new ProcessBuilder(
            "/bin/sh", "-c", "command -v \"$0\" || exec python3 -c \"import $0\"", need);
    look.environment().clear();
    look.environment().put("PATH", AttackPlace.PATH);
    look.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return look.start().waitFor() == 0;
  }
}
