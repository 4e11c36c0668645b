package org.polykern.jail.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
  private static Start start(
      String launch, List<String> argv, Map<String, String> environment, String stdin) {
    return new Start(
        Path.of("/pk-jail"), launch, argv, environment, stdin, "", "", null, line -> {});
  }

  @Test
  void shouldPutTheEnvironmentBeforeTheLaunchsOwnChanges() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("B", "one\ntwo\\");
    environment.put("A", "");
    Start start = start("pk-jail 1\nmode m1\nunset A\n", List.of("true"), environment, "");
    environment.clear();
    assertThat(start.whole())
        .isEqualTo("pk-jail 1\nclear-environment\nset B=one\\ntwo\\\\\nset A=\nmode m1\nunset A\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "A=B", "A\0"})
  void shouldRefuseNamesThatNoVariableHas(String name) {
    assertThatThrownBy(() -> start("pk-jail 1\n", List.of("true"), Map.of(name, "x"), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected ");
  }

  @Test
  void shouldRefuseWhatCHasNoWordFor() {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> start("pk-jail 1\n", List.of(), Map.of(), ""),
            () -> start("mode m1\n", List.of("true"), Map.of(), ""),
            () -> start("pk-jail 1\n\0", List.of("true"), Map.of(), ""),
            () -> start("pk-jail 1\n", List.of("true", "\0"), Map.of(), ""),
            () -> start("pk-jail 1\n", List.of("true"), Map.of("A", "\0"), ""),
            () -> start("pk-jail 1\n", List.of("true"), Map.of(), "/\0"))) {
      assertThatThrownBy(wrong::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Expected ");
    }
  }
}
