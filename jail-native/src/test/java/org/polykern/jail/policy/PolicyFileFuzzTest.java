package org.polykern.jail.policy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Any text is a policy or an error with its line. Runs the saved inputs beside this class as a
 * plain test; with {@code JAZZER_FUZZ=1} it looks for new ones.
 */
class PolicyFileFuzzTest {
  @FuzzTest(maxDuration = "90s")
  void shouldAnswerAnyTextWithAPolicyOrLines(FuzzedDataProvider data) {
    PolicyFilePropertyTest.answers(data.consumeRemainingAsString());
  }
}
