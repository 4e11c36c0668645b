package org.polykern.runner.terminal.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes in: a snapshot draws the same again, and cuts of the output change nothing. */
class ScreenPropertyTest {

  @Property(tries = 3000)
  void shouldDrawTheSameAgain(
      @ForAll @IntRange(min = 1, max = 12) int rows,
      @ForAll @IntRange(min = 1, max = 30) int columns,
      @ForAll("output") byte[] output) {
    Screen screen = new Screen(rows, columns);
    screen.feed(output, 0, output.length);
    assertThat(ScreenState.of(again(screen))).isEqualTo(ScreenState.of(screen));
  }

  @Property(tries = 1000)
  void shouldDrawTheSameAgainAfterOtherSizes(
      @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 1, max = 12) Integer> rows,
      @ForAll @Size(min = 4, max = 4) List<@IntRange(min = 1, max = 30) Integer> columns,
      @ForAll("outputs") List<byte[]> outputs) {
    Screen screen = new Screen(rows.getFirst(), columns.getFirst());
    for (int i = 0; i < rows.size(); i++) {
      screen.resize(rows.get(i), columns.get(i));
      byte[] output = outputs.get(i);
      screen.feed(output, 0, output.length);
    }
    assertThat(ScreenState.of(again(screen))).isEqualTo(ScreenState.of(screen));
  }

  @Property(tries = 1000)
  void shouldGoOnAlikeAfterASnapshot(
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 30) int columns,
      @ForAll("output") byte[] before,
      @ForAll("plain") byte[] after) {
    Screen screen = new Screen(rows, columns);
    screen.feed(before, 0, before.length);
    Screen other = again(screen);
    screen.feed(after, 0, after.length);
    other.feed(after, 0, after.length);
    assertThat(ScreenState.of(other)).isEqualTo(ScreenState.of(screen));
  }

  @Property(tries = 1000)
  void shouldNotCareHowOutputIsCut(
      @ForAll("output") byte[] output, @ForAll @IntRange(min = 1, max = 5) int piece) {
    Screen whole = new Screen(8, 20);
    whole.feed(output, 0, output.length);
    Screen pieces = new Screen(8, 20);
    for (int i = 0; i < output.length; i += piece) {
      pieces.feed(output, i, Math.min(i + piece, output.length));
    }
    assertThat(ScreenState.of(pieces)).isEqualTo(ScreenState.of(whole));
  }

  @Property(tries = 300)
  void shouldShowTheEndOfAFloodThatComesAtOnce(
      @ForAll("output") byte[] before,
      @ForAll @IntRange(min = 0, max = 12) int width,
      @ForAll @IntRange(min = 900, max = 2500) int lines,
      @ForAll("plain") byte[] after) {
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < lines; i++) {
      // Some wrap, some end with a line feed only.
      String end = i % 7 == 3 ? "\n" : "\r\n";
      flood.writeBytes(("line " + i + "x".repeat(width) + end).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] all = flood.toByteArray();
    Screen atOnce = new Screen(4, 12);
    Screen pieces = new Screen(4, 12);
    for (Screen screen : List.of(atOnce, pieces)) {
      screen.feed(before, 0, before.length);
    }
    atOnce.feed(all, 0, all.length);
    for (int i = 0; i < all.length; i += 1000) {
      pieces.feed(all, i, Math.min(i + 1000, all.length));
    }
    for (Screen screen : List.of(atOnce, pieces)) {
      screen.feed(after, 0, after.length);
    }
    assertThat(ScreenState.of(atOnce)).isEqualTo(ScreenState.of(pieces));
  }

  private static Screen again(Screen screen) {
    Screen other = new Screen(screen.drawing.rows(), screen.drawing.columns());
    byte[] snapshot = screen.snapshot();
    other.feed(snapshot, 0, snapshot.length);
    return other;
  }

  @Provide
  Arbitrary<List<byte[]>> outputs() {
    return output().list().ofSize(4);
  }

  /** Pieces of every kind, perhaps cut at the end. */
  @Provide
  Arbitrary<byte[]> output() {
    return Combinators.combine(
            Arbitraries.frequencyOf(
                    Tuple.of(5, text()),
                    Tuple.of(2, wide()),
                    Tuple.of(3, control()),
                    Tuple.of(6, sequence()),
                    Tuple.of(2, mode()),
                    Tuple.of(2, rendition()),
                    Tuple.of(2, escape()),
                    Tuple.of(1, system()),
                    Tuple.of(1, noise()))
                .list()
                .ofMaxSize(60),
            Arbitraries.integers().between(0, 4))
        .as((pieces, cut) -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          pieces.forEach(all::writeBytes);
          return Arrays.copyOf(all.toByteArray(), Math.max(all.size() - cut, 0));
        });
  }

  /** What depends on little but where the cursor is. */
  @Provide
  Arbitrary<byte[]> plain() {
    return Arbitraries.oneOf(text(), wide(), control(), mode(), rendition())
        .list()
        .ofMaxSize(20)
        .map(pieces -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          pieces.forEach(all::writeBytes);
          return all.toByteArray();
        });
  }

  private static Arbitrary<byte[]> text() {
    return bytes(Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(40));
  }

  private static Arbitrary<byte[]> wide() {
    return bytes(
        Arbitraries.of("\u4E2D", "\u00E9", "e\u0301", "\u0301", "\uD83D\uDE00", "\u200D", "\uFF21")
            .list()
            .ofMinSize(1)
            .ofMaxSize(15)
            .map(all -> String.join("", all)));
  }

  private static Arbitrary<byte[]> control() {
    return bytes(
        Arbitraries.of(
            "\r\n", "\n", "\r", "\b", "\t", "\016", "\017", "\007", "\030", "\032", "\013", "\0"));
  }

  private static Arbitrary<byte[]> sequence() {
    return bytes(
        Combinators.combine(
                Arbitraries.of("", "", "", "", "?", ">", "!", " ", "<"),
                Arbitraries.of(
                    "", "0", "1", "2", "3", "7", "12", "99999", "3;5", ";", "2;8", "5:2"),
                Arbitraries.of("@ABCDEFGHIJKLMPSTXZ`abcdefghlmnrstu".split("")))
            .as((prefix, numbers, last) ->
                prefix.equals("!") || prefix.equals(" ")
                    ? "\033[" + numbers + prefix + (prefix.equals("!") ? "p" : "q")
                    : "\033[" + prefix + numbers + last));
  }

  private static Arbitrary<byte[]> mode() {
    return bytes(
        Combinators.combine(
                Arbitraries.of(
                    "?1", "?5", "?6", "?7", "?9", "?12", "?25", "?47", "?66", "?1000", "?1002",
                    "?1003", "?1004", "?1005", "?1006", "?1007", "?1047", "?1048", "?1049", "?2004",
                    "4", "20", "?1;25"),
                Arbitraries.of("h", "l"))
            .as((number, last) -> "\033[" + number + last));
  }

  private static Arbitrary<byte[]> rendition() {
    return bytes(
        Arbitraries.of(
                "",
                "0",
                "1",
                "2",
                "3",
                "4",
                "5",
                "7",
                "8",
                "9",
                "21",
                "4:3",
                "22",
                "24",
                "27",
                "31",
                "97",
                "42",
                "103",
                "39",
                "49",
                "53",
                "38;5;200",
                "48;5;3",
                "38;2;1;2;3",
                "48:2::9:8:7",
                "38:5:9",
                "58;5;1",
                "58:2::1:1:1",
                "38",
                "48;2;1")
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(all -> "\033[" + String.join(";", all) + "m"));
  }

  private static Arbitrary<byte[]> escape() {
    return bytes(
        Arbitraries.of(
            "\0337",
            "\0338",
            "\033=",
            "\033>",
            "\033D",
            "\033E",
            "\033H",
            "\033M",
            "\033N",
            "\033O",
            "\033c",
            "\033n",
            "\033o",
            "\033(0",
            "\033(B",
            "\033)0",
            "\033*A",
            "\033+0",
            "\033#8",
            "\033%G",
            "\033 F",
            "\u0085",
            "\u009B3m",
            "\033\033[A",
            "\033[1\n2C",
            "\033(\"4"));
  }

  private static Arbitrary<byte[]> system() {
    return bytes(
        Arbitraries.of(
            "\033]0;title\007",
            "\033]2;\u4E2D\033\\",
            "\033]52;c;eA==\007",
            "\033]x\007",
            "\033]2;cut",
            "\033Pq#0\033\\",
            "\033_x\033\\",
            "\033^x",
            "\033[22;2t",
            "\033[23t",
            "\033]2;" + "long".repeat(400) + "\007",
            "\033[" + "1;".repeat(40) + "m"));
  }

  private static Arbitrary<byte[]> noise() {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(8);
  }

  private static Arbitrary<byte[]> bytes(Arbitrary<String> text) {
    return text.map(some -> some.getBytes(StandardCharsets.UTF_8));
  }
}
