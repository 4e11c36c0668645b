package org.polykern.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
  private static String typed(DetachKeys keys, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(keys.typed(bytes, bytes.length), StandardCharsets.UTF_8);
  }

  @Test
  void shouldPassOnWhatIsNotTheSequence() {
    DetachKeys keys = DetachKeys.parse("a,a,b");
    assertThat(typed(keys, "xa")).isEqualTo("x");
    assertThat(keys.pending()).isTrue();
    assertThat(typed(keys, "aa")).isEqualTo("a"); // "xaaa": the last two may still begin it
    assertThat(typed(keys, "c")).isEqualTo("aac");
    assertThat(keys.complete()).isFalse();
    assertThat(typed(keys, "aaabz")).isEqualTo("a");
    assertThat(keys.complete()).isTrue();
    assertThat(keys.pending()).isFalse();
    assertThat(keys.flush()).isEmpty();
  }

  @Test
  void shouldGiveBackWhatItKept() {
    DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");
    assertThat(typed(keys, "\020")).isEmpty();
    assertThat(keys.flush()).containsExactly(16);
    assertThat(typed(keys, "\021")).isEqualTo("\021");
    assertThat(typed(keys, "\020\021")).isEmpty();
    assertThat(keys.complete()).isTrue();
  }

  @Test
  void shouldNeverLeaveWithoutKeys() {
    for (String none : new String[] {"", "none"}) {
      DetachKeys keys = DetachKeys.parse(none);
      assertThat(typed(keys, "\020\021\000é")).isEqualTo("\020\021\000é");
      assertThat(keys.complete()).isFalse();
    }
  }

  @Test
  void shouldReadKeys() {
    DetachKeys keys = DetachKeys.parse("Ctrl-],é,~");
    assertThat(typed(keys, "\035é~")).isEmpty();
    assertThat(keys.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ctrl-", "ctrl-pq", "ctrl-1", "ab", ",", "ctrl-p,,"})
  void shouldRefuseOtherTexts(String text) {
    assertThatThrownBy(() -> DetachKeys.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Expected keys such as");
  }
}
