package org.polykern.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.common.problem.ProblemException;

class ParametersTest {
  private static Parameters of(String target, String body) {
    return Parameters.of(target, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldOverlayTheQueryByTheBody() {
    var p = of("/x?a=query&b=query", "{\"b\": \"body\", \"c\": \"body\"}");
    assertThat(List.of(p.requiredText("a"), p.requiredText("b"), p.requiredText("c")))
        .containsExactly("query", "body", "body");
  }

  @Test
  void shouldTakeNullForAbsent() {
    assertThat(of("/x", "{\"a\": null}").text("a")).isNull();
    assertThat(of("/x", "{\"a\": null, \"b\": \"second\"}").text("a", "b")).isEqualTo("second");
    assertThat(of("/x", "null").text("a")).isNull();
  }

  @Test
  void shouldDecodeThePlusAndRepeatedKeys() {
    var p = of("/x?name=a+b%20c&files=1&files=2", "");
    assertThat(p.text("name")).isEqualTo("a b c");
    assertThat(p.texts("files")).containsExactly("1", "2");
    assertThat(p.text("files")).isEqualTo("1");
  }

  @Test
  void shouldBearTwoQuestionMarks() {
    assertThat(of("/x?all=true?group_id=5", "").text("all")).isEqualTo("true?group_id=5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "True", "TRUE", "y", "yes", "on", "1"})
  void shouldReadTrue(String text) {
    assertThat(of("/x?f=" + text, "").flag(false, "f")).isTrue();
    assertThat(of("/x", "{\"f\": true}").flag(false, "f")).isTrue();
    assertThat(of("/x", "{\"f\": 1}").flag(false, "f")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"f", "False", "n", "no", "off", "0"})
  void shouldReadFalse(String text) {
    assertThat(of("/x?f=" + text, "").flag(true, "f")).isFalse();
  }

  @Test
  void shouldRefuseOtherFlags() {
    assertThatThrownBy(() -> of("/x?f=maybe", "").flag(true, "f"))
        .hasMessageContaining("true or false");
  }

  @Test
  void shouldReadNumbersFromNumbersAndTexts() {
    assertThat(of("/x?n=7", "").integer(0, 0, 10, "n")).isEqualTo(7);
    assertThat(of("/x", "{\"n\": 7}").integer(0, 0, 10, "n")).isEqualTo(7);
    assertThat(of("/x", "{\"n\": 7.0}").integer(0, 0, 10, "n")).isEqualTo(7);
    assertThat(of("/x", "{}").integer(3, 0, 10, "n")).isEqualTo(3);
    for (var bad : List.of("7.5", "\"seven\"", "11", "-1", "1e999999999", "true")) {
      assertThatThrownBy(() -> of("/x", "{\"n\": " + bad + "}").integer(0, 0, 10, "n"))
          .as(bad)
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void shouldNameLineAndColumnOfMalformedJson() {
    assertThatThrownBy(() -> of("/x", "{\"a\": 1,\n  \"b\": oops}"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().message()).contains("line 2, column");
              assertThat(e.problem().data()).containsEntry("line", 2);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "5", "\"text\"", "{} trailing", "{", "\u0000"})
  void shouldRefuseBodiesThatAreNoObject(String body) {
    assertThatThrownBy(() -> of("/x", body)).isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldRefuseBrokenEncoding() {
    assertThatThrownBy(() -> of("/x?a=%zz", "")).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> Parameters.of("/x", new byte[] {'{', '"', (byte) 0xff, '"', '}'}))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldRefuseNulInTextsButNotInSource() {
    var p = of("/x", "{\"a\": \"x\\u0000y\"}");
    assertThatThrownBy(() -> p.text("a")).hasMessageContaining("NUL");
    assertThat(p.source("a")).isEqualTo("x\0y");
  }

  @Test
  void shouldNameThePathOfNestedKeys() {
    var config = of("/x", "{\"config\": {\"size\": []}}").object("config");
    assertThat(config).isNotNull();
    assertThatThrownBy(() -> config.integer(0, 0, 1, "size"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().data()).containsOnlyKeys("config.size"));
  }

  @Test
  void shouldAcceptObjectsAsJsonText() {
    var envs = of("/x", "{\"envs\": \"{\\\"A\\\": 1}\"}").object("envs");
    assertThat(envs).isNotNull();
    assertThat(envs.asTexts()).isEqualTo(Map.of("A", "1"));
  }
}
