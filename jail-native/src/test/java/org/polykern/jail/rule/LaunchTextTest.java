package org.polykern.jail.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.rule.PathRules.Beneath;

class LaunchTextTest {
  private static final Policy FULL =
      new Policy(
          "a\\b\nc",
          false,
          CallAction.Plain.ALLOW,
          Set.of(),
          Set.of(),
          List.of(),
          new PathRules(
              Beneath.of(List.of("/usr", "/home/work")),
              Beneath.of(List.of("/home/work")),
              Beneath.of(List.of("/usr"))),
          new Limits(8, -1, 5, 70, Map.of(Limits.Resource.CORE, 0L, Limits.Resource.NOFILE, -1L)),
          EnvironmentRules.DEFAULT,
          "/home/work",
          true);

  @Test
  void shouldDescribeWhatThePolicyDecides() {
    assertThat(LaunchText.of(FULL, new byte[] {0, (byte) 0xab}, false))
        .isEqualTo(
            """
            policy a\\\\b\\nc
            filter 00ab
            max-processes 8
            max-execs 5
            max-creations 70
            rlimit core 0 0
            rlimit nofile unlimited unlimited
            restrict r
            restrict w
            restrict x
            path rx /usr
            path rw /home/work
            cwd /home/work
            messages
            """);
  }

  @Test
  void shouldOnlyWatch() {
    assertThat(LaunchText.of(Policy.DEFAULT, new byte[8], true).lines())
        .contains("watch", "max-processes 512", "max-threads 8192")
        .doesNotContain("messages")
        .noneMatch(line -> line.startsWith("restrict") || line.startsWith("max-execs"));
    assertThat(LaunchText.of(FULL, new byte[8], true).lines())
        .noneMatch(line -> line.startsWith("restrict") || line.startsWith("path "));
  }

  @Test
  void shouldSurviveTheWayToTheContainerAsAWhole() {
    assertThat(PolicyText.read(PolicyText.write(FULL))).isEqualTo(FULL);
    assertThat(PolicyText.read(PolicyText.write(Policy.DEFAULT))).isEqualTo(Policy.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "something",
        "polykern-policy 2\n",
        "polykern-policy 1\nname x\n",
        "polykern-policy 1\nlimits 1 2\n",
        "polykern-policy 1\nmystery 1\n",
        "polykern-policy 1\nrule read count x\n"
      })
  void shouldRefuseTextThatIsNoPolicy(String text) {
    assertThatThrownBy(() -> PolicyText.read(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldStopProgramStartsOnlyWhereTheyAreLimited() {
    Containment supervised = new Containment.Supervised();
    assertThat(FULL.rulesFor(supervised))
        .anyMatch(rule -> rule.call().equals("execve") && rule.action() == CallAction.Plain.COUNT);
    assertThat(Policy.DEFAULT.rulesFor(supervised)).noneMatch(r -> r.call().equals("execve"));
  }
}
