package org.polykern.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2022-06-15T12:34:56.789012+00:00|2022-06-15T12:34:56.789012Z",
        "2022-06-15T12:34:56.789Z|2022-06-15T12:34:56.789Z",
        "2022-06-15T12:34:56|2022-06-15T12:34:56Z",
        "20160930T01:23:45Z|2016-09-30T01:23:45Z",
        "20160930T012345Z|2016-09-30T01:23:45Z",
        "2016-09-30T01:23:45+0930|2016-09-30T01:23:45+09:30",
        "2016-09-30T01:23:45-05|2016-09-30T01:23:45-05:00",
        "2016-09-30 01:23:45.123456789123Z|2016-09-30T01:23:45.123456789Z",
        "2016-09-30T01:23Z|2016-09-30T01:23:00Z",
        "Wed, 15 Jun 2022 12:34:56 GMT|2022-06-15T12:34:56Z",
        "Wed, 15 Jun 2022 12:34:56 +0900|2022-06-15T12:34:56+09:00",
        "Wednesday, 15-Jun-22 12:34:56 GMT|2022-06-15T12:34:56Z",
        "Sunday, 06-Nov-94 08:49:37 GMT|1994-11-06T08:49:37Z",
        "Wed Jun 15 12:34:56 2022|2022-06-15T12:34:56Z",
        "Sun Nov  6 08:49:37 1994|1994-11-06T08:49:37Z",
      })
  void shouldReadEveryForm(String text, String expected) {
    assertThat(RequestDate.parse(text)).isEqualTo(OffsetDateTime.parse(expected));
    assertThat(Objects.requireNonNull(RequestDate.parse(text)).getOffset())
        .isEqualTo(OffsetDateTime.parse(expected).getOffset());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2022-13-01T00:00:00Z",
        "2022-02-30T00:00:00Z",
        "1655296496",
        "2022-06-15",
        "Wed, 15 Foo 2022 12:34:56 GMT",
        "2022-06-15T25:00:00Z",
        "2022-06-15T12:34:56+99:00"
      })
  void shouldRefuseWhatIsNoDate(String text) {
    assertThat(RequestDate.parse(text)).isNull();
  }
}
