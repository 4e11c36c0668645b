package org.polykern.common.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1024, 1024",
    "1_000, 1000",
    "1k, 1024",
    "1K, 1024",
    "1kb, 1024",
    "1KiB, 1024",
    "512m, 536870912",
    "1.5g, 1610612736",
    "4GiB, 4294967296",
    "2t, 2199023255552",
    "0.3k, 307",
    "10 , 10",
    "1e, 1152921504606846976",
    "100b, 100",
    "3 bytes, -1"
  })
  void shouldReadSizes(String text, long bytes) {
    if (bytes < 0) {
      assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    } else {
      assertThat(DataSize.parse(text)).isEqualByComparingTo(BigDecimal.valueOf(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "1.5", "-1", "1x", "1kk", ".5g", "1,5g", "inf", "0x10"})
  void shouldRefuseWhatIsNoSize(String text) {
    assertThatThrownBy(() -> DataSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512m");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1023, 1023", "1024, 1k", "1610612736, 1.5g", "536870912, 512m"})
  void shouldWriteSizes(long bytes, String text) {
    assertThat(DataSize.format(BigDecimal.valueOf(bytes))).isEqualTo(text);
  }
}
