package org.polykern.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "v4.20181215", "v4.20190115", "v4.20190315", "v4.20190615", "v5.20191215", "v6.20200815",
        "v6.20210815", "v6.20220315", "v6.20220615", "v6.20230315", "v7.20230615", "v8.20240315",
        "v8.20240915", "v9.20250722"
      })
  void shouldAcceptEveryPublishedVersion(String text) {
    assertThat(ApiVersion.of(text, null)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v6", "6.20220615", "v3.20170615", "v10.20300101", "v6.2022", "vX"})
  void shouldRefuseOthers(String text) {
    assertThatThrownBy(() -> ApiVersion.of(text, null)).hasMessage("Unsupported API version.");
  }

  @Test
  void shouldPreferTheHeaderOverThePrefix() {
    assertThat(ApiVersion.of("v4.20190615", 6)).hasToString("v4.20190615");
    assertThat(ApiVersion.of(null, 6)).hasToString("v6.20220615");
    assertThat(ApiVersion.of(null, 3)).hasToString("v3.20181215");
    assertThat(ApiVersion.of((String) null, null)).hasToString("v5.20191215");
  }
}
