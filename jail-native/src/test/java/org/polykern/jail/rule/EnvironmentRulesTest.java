package org.polykern.jail.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EnvironmentRulesTest {
  private static final Map<String, String> INHERITED =
      Map.of(
          "HOME", "/home/work",
          "OMP_NUM_THREADS", "4",
          "LD_AUDIT", "/tmp/x.so",
          "GCONV_PATH", "/tmp",
          "POLYKERN_TOKEN", "secret",
          "JAVA_TOOL_OPTIONS", "-Xint",
          "EQUATION", "a=b=c");

  @Test
  void shouldKeepEverythingThatIsNotDenied() {
    assertThat(EnvironmentRules.DEFAULT.apply(INHERITED, Set.of()))
        .containsOnly(
            Map.entry("HOME", "/home/work"),
            Map.entry("OMP_NUM_THREADS", "4"),
            Map.entry("EQUATION", "a=b=c"));
  }

  @Test
  void shouldPassJavaOptionsThatTheSessionGave() {
    assertThat(EnvironmentRules.DEFAULT.apply(INHERITED, Set.of("JAVA_TOOL_OPTIONS")))
        .containsEntry("JAVA_TOOL_OPTIONS", "-Xint");
  }

  @Test
  void shouldNeverPassWhatIsDeniedWhoeverGaveIt() {
    EnvironmentRules rules =
        new EnvironmentRules(
            true, List.of(), EnvironmentRules.DENIED, Map.of("POLYKERN_TOKEN", "other"));
    assertThat(rules.apply(INHERITED, Set.of("LD_AUDIT", "POLYKERN_TOKEN")))
        .doesNotContainKeys("LD_AUDIT", "POLYKERN_TOKEN");
  }

  @Test
  void shouldKeepTheListWhatTheSessionGaveAndWhatIsSet() {
    EnvironmentRules rules =
        new EnvironmentRules(
            false, List.of("HOME", "EQ*"), EnvironmentRules.DENIED, Map.of("LANG", "C.UTF-8"));
    assertThat(rules.apply(INHERITED, Set.of("OMP_NUM_THREADS")))
        .containsOnlyKeys("HOME", "EQUATION", "OMP_NUM_THREADS", "LANG");
    assertThat(rules.apply(INHERITED, Set.of())).doesNotContainKey("OMP_NUM_THREADS");
    assertThat(rules.keepingAll().apply(INHERITED, Set.of())).containsKey("OMP_NUM_THREADS");
  }
}
