package org.polykern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MarkerSearchTest {
  private static boolean found(String marker, String... pieces) {
    var search = new MarkerSearch(marker);
    var found = false;
    for (var piece : pieces) {
      found = search.foundWith(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
    }
    return found;
  }

  @Test
  void shouldFindAMarkerAcrossPieces() {
    assertThat(found("@@> ", "text@", "@", "> more")).isTrue();
    assertThat(found("@@> ", "@@", ">", "x")).isFalse();
  }

  @Test
  void shouldFindAMarkerThatBeginsWithinItsOwnBeginning() {
    assertThat(found("@@> ", "@@@> ")).isTrue();
    assertThat(found("ababc", "abab", "abc")).isTrue();
    assertThat(found("aabaaab", "aabaabaaab")).isTrue();
  }

  @Test
  void shouldLeaveWhatFollowsTheMarker() {
    var piece = ByteBuffer.wrap("xyz".getBytes(StandardCharsets.US_ASCII));
    assertThat(new MarkerSearch("x").foundWith(piece)).isTrue();
    assertThat(piece.remaining()).isEqualTo(2);
  }
}
