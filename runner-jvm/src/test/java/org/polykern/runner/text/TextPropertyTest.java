package org.polykern.runner.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Bytes of user programs on their way to valid text in bounded pieces. */
class TextPropertyTest {
  @Property
  void shouldRepairWhateverTheCut(
      @ForAll @Size(max = 60) byte[] bytes, @ForAll @IntRange(min = 1, max = 7) int step) {
    Utf8Repair repair = new Utf8Repair();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += step) {
      write(out, repair.feed(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at))));
    }
    write(out, repair.end());
    // The one-piece answer of the JDK, which also replaces malformed sequences.
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @Property
  void shouldPassTextUnchanged(@ForAll String text, @ForAll @IntRange(min = 1, max = 7) int step) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Utf8Repair repair = new Utf8Repair();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += step) {
      write(out, repair.feed(ByteBuffer.wrap(bytes, at, Math.min(step, bytes.length - at))));
    }
    assertThat(out.toByteArray()).isEqualTo(bytes);
    assertThat(repair.end().hasRemaining()).isFalse();
  }

  @Property(tries = 50)
  void shouldCutBetweenCharacters(@ForAll @IntRange(min = 0, max = 5) int shift) {
    String text = "x".repeat(shift) + "aü€\uD83D\uDE00".repeat(20_000);
    StringBuilder joined = new StringBuilder();
    TextPieces.each(
        ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
        piece -> {
          assertThat(piece.remaining()).isBetween(1, TextPieces.MAX_BYTES);
          joined.append(StandardCharsets.UTF_8.decode(piece));
        });
    assertThat(joined.toString()).isEqualTo(text);
  }

  @Example
  void shouldCutWhatIsNoTextAnywhere() {
    List<Integer> sizes = new ArrayList<>();
    byte[] continuation = new byte[200_000];
    java.util.Arrays.fill(continuation, (byte) 0x80);
    TextPieces.each(ByteBuffer.wrap(continuation), piece -> sizes.add(piece.remaining()));
    assertThat(sizes).containsExactly(65_536, 65_536, 65_536, 3_392);
  }

  private static void write(ByteArrayOutputStream out, ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      out.write(bytes.get());
    }
  }
}
