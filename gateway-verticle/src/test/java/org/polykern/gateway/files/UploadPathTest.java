package org.polykern.gateway.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadPathTest {
  @ParameterizedTest
  @CsvSource({
    "a.txt,a.txt",
    "sub%2Fdir%2Fb.txt,sub/dir/b.txt",
    "sub/dir/b.txt,sub/dir/b.txt",
    "//abs.txt,abs.txt",
    "%2Fabs.txt,abs.txt",
    "a+b.txt,a+b.txt",
    "a%20b.txt,a b.txt",
    "100%.txt,100%.txt",
    "a..b,a..b",
    "..a,..a",
  })
  void shouldBringNamesIntoOneForm(String sent, String path) {
    assertThat(UploadPath.of(sent)).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "..", "../x", "a/../x", "%2e%2e/x", "a/..", "a/", "..%2Fx", "a%00b"})
  void shouldRefuse(String sent) {
    assertThatThrownBy(() -> UploadPath.of(sent)).hasMessageContaining("Expected");
  }
}
