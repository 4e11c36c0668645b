package org.polykern.runner.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CutTextTest {
  private final CutText text = new CutText();

  @Test
  void shouldKeepWhatFits() {
    text.add("a\uD83D\uDE00");
    text.add(ByteBuffer.wrap("é\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(text).hasToString("a\uD83D\uDE00é\n");
  }

  @Test
  void shouldCountCharactersAndMarkTheCut() {
    text.add("\uD83D\uDE00".repeat(CutText.LIMIT - 1));
    text.add("\uD83D\uDE00\uD83D\uDE00x");
    text.add("y".repeat(1234));
    assertThat(text.kept()).isEqualTo("\uD83D\uDE00".repeat(CutText.LIMIT));
    assertThat(text.toString())
        .isEqualTo(text.kept() + "\n[polykern: 1,236 more characters were cut here]\n");
  }
}
