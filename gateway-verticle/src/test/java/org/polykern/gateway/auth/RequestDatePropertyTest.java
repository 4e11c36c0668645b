package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RequestDatePropertyTest {
  @Property
  void shouldReadBackEveryIsoDate(
      @ForAll @LongRange(min = 0, max = 4_102_444_800L) long seconds,
      @ForAll @IntRange(max = 999_999_999) int nanos,
      @ForAll @IntRange(min = -18 * 60, max = 18 * 60) int offsetMinutes) {
    var offset = ZoneOffset.ofTotalSeconds(offsetMinutes * 60);
    var date = LocalDateTime.ofEpochSecond(seconds, nanos, offset).atOffset(offset);
    assertThat(RequestDate.parse(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(date)))
        .isEqualTo(date);
  }

  @Property
  void shouldReadBackEveryRfcDate(@ForAll @LongRange(min = 0, max = 4_102_444_800L) long seconds) {
    var date = OffsetDateTime.ofInstant(java.time.Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
    assertThat(RequestDate.parse(DateTimeFormatter.RFC_1123_DATE_TIME.format(date)))
        .isEqualTo(date);
  }

  @Property
  void shouldNeverThrow(@ForAll String text) {
    RequestDate.parse(text);
  }
}
