package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.spawn.JailSettings;

class JailConfigTest {
  private static final Map<String, Object> WHOLE =
      Map.of(
          "mode",
          "m2",
          "uid",
          9001,
          "gid",
          9002,
          "launch",
          "messages\n",
          "policy",
          PolicyText.write(Policy.DEFAULT));

  @Test
  void shouldReadAWholeDescription() {
    assertThat(JailConfig.of(runner(WHOLE)))
        .isEqualTo(
            new JailSettings(new JailSettings.User(9001, 9002), "messages\n", Policy.DEFAULT));
  }

  @Test
  void shouldNeedNoUserInM1() {
    Map<String, Object> jail = new HashMap<>(WHOLE);
    jail.put("mode", "m1");
    jail.remove("uid");
    jail.remove("gid");
    assertThat(JailConfig.of(runner(jail)).user()).isNull();
  }

  @Test
  void shouldTakeNullAsOff() {
    assertThat(JailConfig.of(runner(null))).isNull();
    assertThat(JailConfig.of(new JsonObject(Map.of()))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "mode, m3, Expected m1 or m2 under 'mode' of 'jail'",
        "mode, , Expected text under 'mode' of 'jail'",
        "uid, 0, Expected an id above 0 under 'uid' of 'jail'",
        "uid, , Expected an id above 0 under 'uid' of 'jail'",
        "gid, 4294967296, Expected an id above 0 under 'gid' of 'jail'",
        "launch, , Expected text under 'launch' of 'jail'",
        "launch, messages, Expected whole lines under 'launch' of 'jail'",
        "policy, , Expected text under 'policy' of 'jail'",
        "policy, name x, 'policy' of 'jail' in runner.json cannot be read: Expected a policy",
      })
  void shouldSayWhatIsWrong(String key, String value, String sentence) {
    Map<String, Object> jail = new HashMap<>(WHOLE);
    jail.put(key, value != null && value.matches("[0-9]+") ? Long.valueOf(value) : value);
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> JailConfig.of(runner(jail)))
        .withMessageStartingWith(sentence.replace('\'', '"'));
  }

  @Test
  void shouldNotTakeAnotherValueAsOff() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> JailConfig.of(runner(false)))
        .withMessageStartingWith("Expected an object, or null, under \"jail\"");
  }

  private static JsonObject runner(Object jail) {
    Map<String, Object> runner = new HashMap<>();
    runner.put("jail", jail);
    String json = JsonText.of(runner);
    return (JsonObject) JsonReader.value(json);
  }
}
