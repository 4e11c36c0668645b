package org.polykern.gateway.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallRulesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "90,2026-01-01T00:01:30Z",
    "30min,2026-01-01T00:30:00Z",
    "1d1hr,2026-01-02T01:00:00Z",
    "1d 1hr,2026-01-02T01:00:00Z",
    "2w,2026-01-15T00:00:00Z",
    "45s,2026-01-01T00:00:45Z",
    "2026-03-04T05:06:07+09:00,2026-03-03T20:06:07Z",
    "2026-03-04T05:06:07,2026-03-04T05:06:07Z",
    "2026-03-04 05:06:07,2026-03-04T05:06:07Z",
  })
  void shouldReadStartTimes(String text, String expected) {
    assertThat(StartTime.parse(text, NOW).toInstant()).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "5 parsecs", "-5", "2026-13-01T00:00:00Z"})
  void shouldRefuseOtherStartTimes(String text) {
    assertThatThrownBy(() -> StartTime.parse(text, NOW))
        .hasMessageContaining("Expected a date-time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/bin",
        ".ssh",
        ".bashrc",
        ".bash_profile",
        "data",
        "/home",
        "/home/work/.ssh"
      })
  void shouldRefuseMountTargets(String target) {
    var config =
        new SessionConfig(
            List.of("data"),
            Map.of("other", target),
            Map.of(),
            null,
            null,
            Map.of(),
            null,
            List.of(),
            List.of());
    assertThatThrownBy(() -> MountTargets.require(config)).hasMessageContaining("mount target");
  }

  @Test
  void shouldRefuseOneTargetForTwoFolders() {
    var config =
        new SessionConfig(
            List.of(),
            Map.of("a", "x", "b", "/home/work/x"),
            Map.of(),
            null,
            null,
            Map.of(),
            null,
            List.of(),
            List.of());
    assertThatThrownBy(() -> MountTargets.require(config)).hasMessageContaining("two folders");
  }

  @Test
  void shouldAllowOtherMountTargets() {
    var config =
        new SessionConfig(
            List.of("a"),
            Map.of("a", "models", "b", "/data"),
            Map.of(),
            null,
            null,
            Map.of(),
            null,
            List.of(),
            List.of());
    assertThatCode(() -> MountTargets.require(config)).doesNotThrowAnyException();
  }

  @Test
  void shouldFindNearNames() {
    var names = List.of("python", "local/python:3.11", "bash", "local/bash:5", "r");
    assertThat(EditDistance.nearest("pyhton", names, 3))
        .startsWith("python")
        .doesNotContain("bash");
    assertThat(EditDistance.nearest("python:3.12", names, 3)).contains("python");
    assertThat(EditDistance.nearest("zzzzzzzz", names, 3)).isEmpty();
    assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
    assertThat(EditDistance.between("", "abc")).isEqualTo(3);
  }
}
