package org.polykern.runner.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UncaughtErrorTest {
  @Test
  void shouldFindTheLastErrorOfAChain() {
    String last =
        """
        Traceback (most recent call last):
          File "<snippet>", line 4, in <module>
            raise app.Broken("two\\nlines: yes")
        app.Broken: two
        lines: yes\
        """;
    String stderr =
        "warning\nTraceback (most recent call last):\n  x\nKeyError: 1\n\n" + last + "\n";
    assertThat(UncaughtError.in(stderr))
        .isEqualTo(List.of("app.Broken", List.of("two\nlines: yes"), false, last));
  }

  @Test
  void shouldFindASyntaxErrorAndOneWithoutMessage() {
    assertThat(
            UncaughtError.in("  File \"<snippet>\", line 1\n    1 +\n       ^\nSyntaxError: bad\n"))
        .startsWith("SyntaxError", List.of("bad"), false);
    assertThat(UncaughtError.in("Traceback (most recent call last):\n  x\nKeyboardInterrupt\n"))
        .startsWith("KeyboardInterrupt", List.of(), false);
  }

  @Test
  void shouldInventNothing() {
    assertThat(UncaughtError.in("")).isNull();
    assertThat(UncaughtError.in("lua: snippet:1: boom\nstack traceback:\n\t[C]: in ?\n")).isNull();
    assertThat(UncaughtError.in("Traceback (most recent call last):\n  cut in the mid")).isNull();
  }
}
