package org.polykern.cli.jail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Limits;

class CallWordsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "41, 41",
    "-1, -1",
    "0x1f, 31",
    "0XFF, 255",
    "0o755, 493",
    "0755, 493",
    "18446744073709551615, -1",
    "0xffffffffffffffff, -1",
    "-9223372036854775808, -9223372036854775808"
  })
  void shouldReadNumbersAsPeopleWriteThem(String word, long value) {
    assertThat(CallWords.register(0, word)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AF_INET", "0x", "0o8", "089", "1.5", "18446744073709551616", "--1"})
  void shouldRefuseWhatIsNoRegister(String word) {
    assertThatThrownBy(() -> CallWords.register(2, word))
        .isInstanceOfSatisfying(
            CommandProblem.class, problem -> assertThat(problem.exitCode()).isEqualTo(2))
        .hasMessageContaining("argument 2")
        .hasMessageContaining("'" + word + "'");
  }

  @Test
  void shouldSayWhatBecomesOfACall() {
    Limits limits = new Limits(3, Limits.UNLIMITED, 7, 9, java.util.Map.of());
    assertThat(CallWords.outcome(CallAction.refuse(13), false, limits))
        .isEqualTo("fails with EACCES");
    assertThat(CallWords.outcome(CallAction.Plain.COUNT, false, limits))
        .contains("up to 3 processes and any number of threads");
    assertThat(CallWords.outcome(CallAction.Plain.COUNT, true, limits)).contains("one of 7 starts");
    assertThat(CallWords.outcome(CallAction.Plain.KILL, false, limits)).contains("kills");
  }
}
