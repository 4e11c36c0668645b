package org.polykern.runner.terminal.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final Screen screen = new Screen(24, 80);

  private void feed(String output) {
    byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
    screen.feed(bytes, 0, bytes.length);
  }

  @Test
  void shouldKeepAThousandRowsThatScrolledAway() {
    for (int i = 0; i < 3000; i++) {
      feed("row " + i + "\r\n");
    }
    assertThat(ScreenState.of(screen)).contains("main -1000 row 1977", "main -1 row 2976");
    assertThat(ScreenState.of(screen)).noneMatch(line -> line.startsWith("main -1001 "));
    assertThat(ScreenState.text(screen)).contains("row 2999");
  }

  @Test
  void shouldLeaveOutOldRowsOfALargeSnapshot() {
    screen.resize(50, 200);
    for (int i = 0; i < 1100 * 200; i++) {
      feed("\033[38;2;" + i % 251 + ";" + i % 241 + ";0mx");
    }
    byte[] snapshot = screen.snapshot();
    assertThat(snapshot).hasSizeLessThan(300 * 1024);
    Screen again = new Screen(50, 200);
    again.feed(snapshot, 0, snapshot.length);
    assertThat(ScreenState.text(again)).isEqualTo(ScreenState.text(screen));
  }

  @Test
  void shouldHoldLittleOfWhatIsMadeToBeLarge() {
    screen.resize(40, 1000);
    Page main = screen.drawing.main();
    for (int i = 0; i < 2000; i++) {
      feed("\033[38;5;" + i % 256 + "m\033[999Cx\u0301\u0302\r\n");
    }
    assertThat(main.history()).isBetween(50, 200);
    screen.resize(40, 80);
    for (int i = 0; i < 10_000; i++) {
      feed("row\r\n");
    }
    assertThat(main.history()).isBetween(900, 1000);
    feed("\033[3J");
    assertThat(main.history()).isZero();
  }

  @Test
  void shouldAnswerOnlyWhereSomebodyTakesIt() {
    feed("\033[c\033[6n");
    List<String> answers = new ArrayList<>();
    screen.answers(bytes -> answers.add(new String(bytes, StandardCharsets.US_ASCII)));
    feed("\033[5n\033[3;7H\033[6n\033[c\033[>c");
    screen.answers(null);
    feed("\033[c");
    assertThat(answers).containsExactly("\033[0n", "\033[3;7R", "\033[?62;22c", "\033[>41;0;0c");
  }

  @Test
  void shouldKeepTheRowsAroundTheCursorInAnotherSize() {
    feed("1\r\n2\r\n3\r\n4");
    screen.resize(2, 80);
    assertThat(ScreenState.text(screen)).containsExactly("3", "4");
    screen.resize(4, 80);
    assertThat(ScreenState.text(screen)).containsExactly("1", "2", "3", "4");
    feed("\033[H");
    screen.resize(2, 1);
    assertThat(ScreenState.text(screen)).containsExactly("1", "2");
  }

  @Test
  void shouldBePlainAfterWhatMakesItSo() {
    feed(
        "\033[?1049h\033[?25l\033[?1000;1006;2004h\033=\033[2;5r\033[?6h\033[4h\033[3 q\033[>4;2m");
    assertThat(screen.isPlain()).isFalse();
    feed(Screen.MAKE_PLAIN);
    assertThat(screen.isPlain()).isTrue();
  }
}
