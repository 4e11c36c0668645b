package org.polykern.runner.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JsonTest {
  @Example
  void shouldReadEveryKindOfValue() {
    JsonObject object =
        read(
            """
            {"a": 1, "b": -2.5e1, "c": "x\\n\\u00fc\\ud83d\\ude00", "d": [true, false, null, {}],
             "e": 9007199254740993, "a": 2}
            """);
    assertThat(object.integer("a")).isEqualTo(2);
    assertThat(object.members().get("b")).isEqualTo(-25.0);
    assertThat(object.text("c")).isEqualTo("x\nü\uD83D\uDE00");
    assertThat(object.members().get("d"))
        .isEqualTo(Arrays.asList(true, false, null, new JsonObject(Map.of())));
    assertThat(object.integer("e")).isEqualTo(9_007_199_254_740_993L);
    assertThat(object.integer("c")).isNull();
    assertThat(object.text("a")).isNull();
    assertThat(object.text("missing")).isNull();
  }

  @Example
  void shouldRefuseWhatIsNotJson() {
    for (String text :
        List.of(
            "",
            "{",
            "[1,]",
            "{\"a\":}",
            "{\"a\" 1}",
            "{a: 1}",
            "01",
            "+1",
            "1.",
            "nul",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "{} {}",
            "[1 2]",
            "'a'",
            "1e",
            "-",
            "\"open")) {
      assertThatThrownBy(() -> JsonReader.value(text))
          .as(text)
          .isInstanceOf(JsonException.class)
          .hasMessageStartingWith("Expected ");
    }
  }

  @Example
  void shouldBoundDepthAndSize() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThatThrownBy(() -> JsonReader.value(deep)).hasMessageContaining("levels of nesting");
    byte[] large = ("{\"a\":\"" + "x".repeat(100) + "\"}").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> JsonReader.object(large, 50)).hasMessageContaining("at most 50");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("JSON object");
  }

  @Property
  void shouldReadWhatItWrites(@ForAll String key, @ForAll String text, @ForAll int number) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(key, List.of(text, (long) number, true));
    JsonObject object = (JsonObject) JsonReader.value(JsonText.of(members));
    assertThat(object.members().get(key)).isEqualTo(List.of(text, (long) number, true));
  }

  private static JsonObject read(String text) {
    return JsonReader.object(text.getBytes(StandardCharsets.UTF_8), 10_000);
  }
}
