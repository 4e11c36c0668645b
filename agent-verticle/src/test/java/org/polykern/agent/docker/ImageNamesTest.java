package org.polykern.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageNamesTest {
  @ParameterizedTest
  @CsvSource({
    "python:3.12-slim, index.docker.io/library/python:3.12-slim",
    "polykern/python:3.11-debian12, index.docker.io/polykern/python:3.11-debian12",
    "docker.io/me/x:1, index.docker.io/me/x:1",
    "localhost:5000/me/x:1, localhost:5000/me/x:1",
    "cr.example.org/a/b/c:1, cr.example.org/a/b/c:1"
  })
  void shouldMakeCanonicalNames(String reference, String canonical) {
    assertThat(ImageNames.canonical(reference)).isEqualTo(canonical);
  }

  @Test
  void shouldGiveBareNamesToImagesMadeForKernels() {
    assertThat(ImageNames.aliases("polykern/python:3.11-debian12", true, ""))
        .containsExactly(
            "polykern/python:3.11-debian12", "python", "python:3.11", "python:3.11-debian12");
    assertThat(ImageNames.aliases("python:3.12-slim", false, "python"))
        .containsExactly("python:3.12-slim");
  }

  @Test
  void shouldGiveTheNamesThatTheLabelSays() {
    assertThat(ImageNames.aliases("polykern/nodejs:18-debian12", true, "nodejs, node,,js"))
        .containsExactly(
            "polykern/nodejs:18-debian12",
            "nodejs",
            "nodejs:18",
            "nodejs:18-debian12",
            "node",
            "js");
  }

  @Test
  void shouldGuessPythonFromTheConfiguration() {
    var none = new String[0];
    assertThat(ImageGuess.isPython(new String[] {"PYTHON_VERSION=3.12"}, none)).isTrue();
    assertThat(ImageGuess.isPython(none, new String[] {"/usr/bin/python3"})).isTrue();
    assertThat(ImageGuess.isPython(none, new String[] {"bash"})).isFalse();
  }

  @Test
  void shouldKeepTheEndOfALog() {
    var tail = new TailBuffer(5);
    for (var text : new String[] {"abc", "", "defg", "hi"}) {
      tail.add(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    assertThat(new String(tail.bytes(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("efghi");
  }
}
