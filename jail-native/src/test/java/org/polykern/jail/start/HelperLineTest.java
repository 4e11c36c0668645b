package org.polykern.jail.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HelperLineTest {
  private static final String EXIT =
      "{\"event\":\"exit\",\"status\":3,\"user_us\":15,\"max_threads\":-1,"
          + "\"refused\":{\"connect\":17,\"creations\":4,\"dropped_events\":9},\"dropped_events\":2}";

  @Test
  void shouldKnowTheEvent() {
    assertThat(HelperLine.is(EXIT, "exit")).isTrue();
    assertThat(HelperLine.is(EXIT, "exi")).isFalse();
    assertThat(HelperLine.is("", "exit")).isFalse();
  }

  @Test
  void shouldReadNumbersOfTheOuterObject() {
    assertThat(HelperLine.number(EXIT, "status")).isEqualTo(3);
    assertThat(HelperLine.number(EXIT, "max_threads")).isEqualTo(-1);
    assertThat(HelperLine.number(EXIT, "dropped_events")).isEqualTo(2);
    assertThat(HelperLine.number(EXIT, "creations")).isZero();
    assertThat(HelperLine.number(EXIT, "nothing")).isZero();
    assertThat(HelperLine.number("{\"event\":\"exit\",\"status\":", "status")).isZero();
  }

  @Test
  void shouldReadCounts() {
    assertThat(HelperLine.counts(EXIT, "refused"))
        .isEqualTo(Map.of("connect", 17L, "creations", 4L, "dropped_events", 9L));
    assertThat(HelperLine.counts("{\"event\":\"exit\",\"refused\":{}}", "refused")).isEmpty();
    assertThat(HelperLine.counts("", "refused")).isEmpty();
  }

  @Test
  void shouldReadTextsAsTheyWere() {
    String failed =
        "{\"event\":\"failed\",\"errno\":2,\"sentence\":\"'a\\u0022b\\u005c' \\u00fc.\"}";
    assertThat(HelperLine.text(failed, "sentence")).isEqualTo("'a\"b\\' ü.");
    assertThat(HelperLine.text(failed, "step")).isEmpty();
    assertThat(HelperLine.text("{\"event\":\"failed\",\"sentence\":\"cut \\u00", "sentence"))
        .startsWith("cut ");
  }
}
