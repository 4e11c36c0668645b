package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommandWordsTest {
  @Test
  void shouldSplitAsAShellDoes() throws ServiceException {
    assertThat(CommandWords.of("  a  b\tc\n")).containsExactly("a", "b", "c");
    assertThat(CommandWords.of("a' b 'c \"d 'e'\" ''")).containsExactly("a b c", "d 'e'", "");
    assertThat(CommandWords.of("a\\ b '\\' \"\\\"\\x\"")).containsExactly("a b", "\\", "\"\\x");
    assertThat(CommandWords.of("a\\\nb $HOME * # ~")).containsExactly("ab", "$HOME", "*", "#", "~");
    assertThat(CommandWords.of(" ")).isEmpty();
    assertThat(CommandWords.of("a\\")).containsExactly("a\\");
  }

  @Test
  void shouldRefuseAnOpenQuote() {
    assertThatThrownBy(() -> CommandWords.of("a 'b")).hasMessageContaining("the quote '");
  }
}
