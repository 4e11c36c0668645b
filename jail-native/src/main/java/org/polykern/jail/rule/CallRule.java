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
  /** As many tests as a compiled rule can have. */
  public static final int MAX_TESTS = 16;

  public CallRule {
    tests = List.copyOf(tests);
    if (tests.size() > MAX_TESTS) {
      throw new IllegalArgumentException(
          "Expected at most " + MAX_TESTS + " tests, but there are " + tests.size() + ".");
    }
  }

  /** Whether a call of this name with these six registers falls under the rule. */
  public boolean matches(long[] arguments) {
    return tests.stream().allMatch(test -> test.matches(arguments));
  }
}
