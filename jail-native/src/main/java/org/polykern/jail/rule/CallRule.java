package org.polykern.jail.rule;

import java.util.List;

/**
 * One rule for one call.
 *
 * @param call the call's name; on an architecture without it the rule is left out
 * @param tests all must match; none means always
 * @param reason why the rule exists, one clause for people
 */
public record CallRule(String call, List<ArgumentTest> tests, CallAction action, String reason) {
  public CallRule {
    tests = List.copyOf(tests);
  }

  /** Whether a call of this name with these six registers falls under the rule. */
  public boolean matches(long[] arguments) {
    return tests.stream().allMatch(test -> test.matches(arguments));
  }
}
