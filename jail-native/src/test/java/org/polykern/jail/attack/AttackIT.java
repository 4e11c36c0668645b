package org.polykern.jail.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Policy;

/** Every attack of the table under the default policy, in every mode that this user can make. */
class AttackIT {
  /** Since this version Landlock keeps signals, also to single threads, inside a domain. */
  private static final int SIGNAL_SCOPE_ABI = 6;

  private static final Map<String, AttackPlace> PLACES = new LinkedHashMap<>();

  private static @Nullable AttackPrograms programs;

  @BeforeAll
  static void prepare() throws Exception {
    assumeTrue(JailNative.probe().auditArch() == JailNative.ARCH_X86_64);
    programs = AttackPrograms.compile();
    if (AttackPlace.isRoot()) {
      PLACES.put("m2", new AttackPlace(programs, true));
    }
    PLACES.put("m1", new AttackPlace(programs, false));
  }

  @AfterAll
  static void remove() throws IOException {
    for (AttackPlace place : PLACES.values()) {
      place.close();
    }
    PLACES.clear();
    if (programs != null) {
      programs.close();
    }
  }

  static Stream<Arguments> attacks() throws IOException {
    List<AttackCase> cases =
        AttackCase.all().stream()
            .filter(attack -> !attack.isElsewhere() && !attack.same().equals("-"))
            .toList();
    return modes().stream()
        .flatMap(mode -> cases.stream().map(attack -> Arguments.of(mode, attack)));
  }

  static List<String> modes() {
    return AttackPlace.isRoot() ? List.of("m2", "m1") : List.of("m1");
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("attacks")
  void shouldEndAsTheTableSays(String mode, AttackCase attack) throws Exception {
    assumePossible(mode, attack);
    AttackPlace place = java.util.Objects.requireNonNull(PLACES.get(mode));
    AttackPlace.End end = place.attack(attack);
    String expected = mode.equals("m2") ? attack.other() : attack.same();
    assertThat(end.said()).as(end.errors()).isEqualTo(AttackCase.said(expected));
    assertThat(place.harm()).isEmpty();
  }

  /** The helper is static, and reads its description alone. */
  @ParameterizedTest
  @MethodSource("modes")
  void shouldLoadNothingOfTheProgramIntoTheHelper(String mode) throws Exception {
    AttackPlace place = java.util.Objects.requireNonNull(PLACES.get(mode));
    Path evil = place.work().resolve("evil.c");
    Files.writeString(
        evil,
        """
        #include <stdio.h>
        #include <stdlib.h>
        __attribute__((constructor)) static void load(void) {
          char name[32] = "";
          FILE *file = fopen("/proc/self/comm", "r"), *said = fopen("loaded", "a");
          fgets(name, sizeof name, file);
          fputs(name, said);
          fclose(said);
        }
        """);
    Files.writeString(
        place.work().resolve("policy.yml"), "version: polykern/1\nlimits: {processes: 1}\n");
    AttackPrograms.permit(Files.createFile(place.work().resolve("loaded")), "rw-rw-rw-");
    AttackPlace.End built =
        place.jailed(
            Policy.DEFAULT, Map.of(), List.of("gcc", "-w", "-shared", "-o", "evil.so", "evil.c"));
    assertThat(built.status()).as(built.errors()).isZero();
    AttackPlace.End end =
        place.jailed(
            Policy.DEFAULT,
            Map.of("LD_PRELOAD", "./evil.so", "LD_LIBRARY_PATH", "."),
            List.of("/bin/sh", "-c", "/bin/true; /bin/true"));
    assertThat(end.said()).as(end.errors()).isEmpty();
    assertThat(Files.readString(place.work().resolve("loaded")))
        .contains("sh\n", "true\n")
        .doesNotContain("pk-jail");
  }

  private static void assumePossible(String mode, AttackCase attack) {
    int landlock = JailNative.probe().landlockAbi();
    if (attack.policy().equals("narrow")) {
      assumeTrue(landlock > 0, "this kernel has no Landlock");
    }
    if (!AttackPlace.isRoot()) {
      assumeTrue(!attack.command().contains("{"), "needs files that root makes");
      assumeTrue(
          !attack.command().equals("a15_kill_everyone"), "would meet the tester's own processes");
    }
    if (mode.equals("m1") && attack.command().equals("a16_signals threads")) {
      assumeTrue(landlock >= SIGNAL_SCOPE_ABI, "weak in m1 without Landlock's signal scope");
    }
  }
}
