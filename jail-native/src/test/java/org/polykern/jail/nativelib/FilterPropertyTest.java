package org.polykern.jail.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class FilterPropertyTest {
  private static final int HIGHEST = 60;
  private static final int MOST_INSTRUCTIONS = 4095;

  /** One program and the calls that it is asked about. */
  record Trial(int arch, int unknown, List<Rules.Rule> rules, List<Call> calls) {}

  /** One call. */
  record Call(int arch, int nr, List<Long> arguments) {
    long[] args() {
      return arguments.stream().mapToLong(Long::longValue).toArray();
    }
  }

  @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
  void shouldAnswerAsTheRulesSay(@ForAll("trials") Trial trial) {
    Rules rules = new Rules(trial.unknown, HIGHEST).addAll(trial.rules);
    byte[] program = JailNative.compile(trial.arch, rules.array());
    assertThat(program.length % 8).isZero();
    for (Call call : trial.calls) {
      assertThat(JailNative.evaluate(program, call.arch, call.nr, 0x1234_5678_9ABCL, call.args()))
          .as("call %s of %s", call.nr, trial.rules)
          .isEqualTo(rules.answer(trial.arch, call.arch, call.nr, call.args()));
    }
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void shouldAnswerAsTheRulesSayWhenBranchesAreLong(@ForAll("longTrials") Trial trial) {
    shouldAnswerAsTheRulesSay(trial);
  }

  @Example
  void shouldRefuseRulesOfOneCallInTwoPlaces() {
    Rules rules = Rules.upTo(10).add(3, Rules.ALLOW).add(4, Rules.KILL).add(3, Rules.KILL);
    assertThatThrownBy(() -> JailNative.compile(JailNative.ARCH_X86_64, rules.array()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two places");
  }

  @Example
  void shouldRefuseEveryShortenedArray() {
    long[] whole =
        Rules.upTo(10)
            .add(3, Rules.KILL, new Rules.Argument(1, 64, 0, 5, 0))
            .add(4, Rules.KILL)
            .array();
    for (int length = 0; length < whole.length; length++) {
      long[] shortened = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> JailNative.compile(JailNative.ARCH_X86_64, shortened))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Example
  void shouldRefuseAProgramThatTheKernelWouldRefuse() {
    Rules rules = Rules.upTo(3000);
    IntStream.range(0, 1500)
        .forEach(nr -> rules.add(2 * nr, Rules.KILL, new Rules.Argument(0, 64, 0, nr, 0)));
    assertThatThrownBy(() -> JailNative.compile(JailNative.ARCH_X86_64, rules.array()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4096");
  }

  @Example
  void shouldRefuseToRunWhatIsNoProgram() {
    byte[] jumpsOut = {5, 0, 0, 0, 100, 0, 0, 0};
    assertThatThrownBy(
            () -> JailNative.evaluate(jumpsOut, JailNative.ARCH_X86_64, 1, 0, new long[6]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> JailNative.evaluate(new byte[0], JailNative.ARCH_X86_64, 1, 0, new long[6]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Example
  void shouldFindAFlatTreeForADenyListOfRealSize() {
    Rules rules = Rules.upTo(469);
    IntStream.range(0, 90).forEach(i -> rules.add(5 * i, Rules.errno(1)));
    byte[] program = JailNative.compile(JailNative.ARCH_X86_64, rules.array());
    assertThat(program.length / 8).isLessThan(MOST_INSTRUCTIONS / 4);
  }

  @Example
  void shouldProbeThisKernel() {
    KernelAbilities found = JailNative.probe();
    assertThat(found.canJail()).isTrue();
    assertThat(found.auditArch()).isIn(JailNative.ARCH_X86_64, JailNative.ARCH_AARCH64);
    assertThat(found.landlockAbi()).isGreaterThanOrEqualTo(0);
  }

  @Provide
  Arbitrary<Trial> trials() {
    return trials(12, 3);
  }

  @Provide
  Arbitrary<Trial> longTrials() {
    return trials(HIGHEST, 16);
  }

  private static Arbitrary<Trial> trials(int mostCalls, int mostTests) {
    Arbitrary<Integer> arch = Arbitraries.of(JailNative.ARCH_X86_64, JailNative.ARCH_AARCH64);
    Arbitrary<List<Rules.Rule>> rules =
        Arbitraries.integers()
            .between(0, HIGHEST)
            .list()
            .uniqueElements()
            .ofMaxSize(mostCalls)
            .flatMap(numbers -> {
              List<Arbitrary<List<Rules.Rule>>> each = new ArrayList<>();
              numbers.forEach(nr -> each.add(rule(nr, mostTests).list().ofMinSize(1).ofMaxSize(3)));
              return each.isEmpty()
                  ? Arbitraries.just(List.of())
                  : Combinators.combine(each)
                      .as(lists -> lists.stream().flatMap(List::stream).toList());
            });
    return Combinators.combine(arch, action(), rules, calls().list().ofSize(60)).as(Trial::new);
  }

  private static Arbitrary<Rules.Rule> rule(int nr, int mostTests) {
    return Combinators.combine(action(), test().list().ofMaxSize(mostTests))
        .as((action, tests) -> new Rules.Rule(nr, action, tests));
  }

  private static Arbitrary<Integer> action() {
    return Arbitraries.of(
        Rules.ALLOW, Rules.KILL, Rules.ENOSYS, Rules.errno(1), Rules.count(), Rules.refuse(13));
  }

  private static Arbitrary<Rules.Argument> test() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.of(32, 64),
            Arbitraries.integers().between(0, 5),
            word(),
            word())
        .as(Rules.Argument::new);
  }

  /** Few values, so that equality happens, and those at which words and signs turn over. */
  private static Arbitrary<Long> word() {
    return Arbitraries.frequencyOf(
        Tuple.of(
            6,
            Arbitraries.of(
                0L,
                1L,
                2L,
                3L,
                -1L,
                0x7FFF_FFFFL,
                0x8000_0000L,
                0xFFFF_FFFFL,
                0x1_0000_0000L,
                0x1_0000_0001L,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                0xFFFF_FFFF_0000_0000L)),
        Tuple.of(1, Arbitraries.longs()));
  }

  private static Arbitrary<Call> calls() {
    Arbitrary<Integer> arch =
        Arbitraries.frequency(
            Tuple.of(8, JailNative.ARCH_X86_64),
            Tuple.of(8, JailNative.ARCH_AARCH64),
            Tuple.of(1, 0x40000003));
    Arbitrary<Integer> nr =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.integers().between(0, HIGHEST)),
            Tuple.of(1, Arbitraries.of(HIGHEST + 1, -1, 0x3FFFFFFF, 0x40000000, 0x4000006E, -2)));
    Arbitrary<List<Long>> args = word().list().ofSize(6);
    return Combinators.combine(arch, nr, args).as(Call::new);
  }
}
