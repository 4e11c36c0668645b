package org.polykern.jail.rule;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/** The compiled form answers as the interpreter does. */
class RuleCompilerPropertyTest {
  @Provide
  Arbitrary<Policy> policies() {
    return DrawnPolicies.policies();
  }

  @Provide
  Arbitrary<Integer> numbers() {
    return DrawnPolicies.numbers();
  }

  @Provide
  Arbitrary<long[]> arguments() {
    return DrawnPolicies.arguments();
  }

  @Provide
  Arbitrary<Containment> containments() {
    return DrawnPolicies.containments();
  }

  @Property(tries = 2000)
  void shouldAnswerAsTheInterpreter(
      @ForAll("policies") Policy policy,
      @ForAll("containments") Containment containment,
      @ForAll Purpose purpose,
      @ForAll("numbers") int number,
      @ForAll("arguments") long[] arguments) {
    long[] rules = RuleCompiler.compile(policy, DrawnPolicies.TABLE, containment, purpose);
    CallAction expected =
        new PolicyInterpreter(policy, DrawnPolicies.TABLE, containment)
            .judge(number, arguments)
            .action();
    assertThat(CompiledRules.evaluate(rules, number, arguments))
        .isEqualTo(RuleCompiler.returned(expected, purpose));
    assertThat(RuleCompiler.meaning((int) RuleCompiler.returned(expected, Purpose.ENFORCE)))
        .isEqualTo(expected);
  }

  @Property(tries = 300)
  void shouldKeepRulesOfACallTogetherAndCallsAscending(
      @ForAll("policies") Policy policy, @ForAll("containments") Containment containment) {
    long[] rules = RuleCompiler.compile(policy, DrawnPolicies.TABLE, containment, Purpose.ENFORCE);
    int at = 3;
    long before = -1;
    for (long i = 0; i < rules[2]; i++) {
      assertThat(rules[at]).isGreaterThanOrEqualTo(before);
      before = rules[at];
      at += 3 + 5 * (int) rules[at + 2];
    }
    assertThat(at).isEqualTo(rules.length);
  }

  @Property(tries = 300)
  void shouldSurviveTheWayToTheContainer(@ForAll("policies") Policy policy) {
    assertThat(PolicyText.read(PolicyText.write(policy))).isEqualTo(policy);
  }
}
