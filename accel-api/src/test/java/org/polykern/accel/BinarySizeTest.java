package org.polykern.accel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BinarySizeTest {
  @ParameterizedTest
  @CsvSource({
    "1024, 1024", "1_000, 1000", "536870912.000, 536870912", "1.5g, 1610612736",
    "512MiB, 536870912", "64G, 68719476736", "80 gib, 85899345920", "7e, 8070450532247928832"
  })
  void shouldReadSizes(String text, long bytes) {
    assertThat(BinarySize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80Q", "1.5", "-1g", "g", "8e", "1g2m"})
  void shouldRefuseWhatIsNoSize(String text) {
    assertThatThrownBy(() -> BinarySize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
