package org.polykern.jail.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/** The program that the kernel will run answers as the interpreter of policies does. */
class BpfPropertyTest {
  @Provide
  Arbitrary<Policy> policies() {
    return DrawnPolicies.policies();
  }

  @Provide
  Arbitrary<List<Integer>> numbers() {
    return DrawnPolicies.numbers().list().ofSize(20);
  }

  @Provide
  Arbitrary<List<long[]>> arguments() {
    return DrawnPolicies.arguments().list().ofSize(20);
  }

  @Provide
  Arbitrary<Containment> containments() {
    return DrawnPolicies.containments();
  }

  @Property(tries = 1000)
  void shouldAnswerAsTheInterpreterOnX86(
      @ForAll("policies") Policy policy,
      @ForAll("containments") Containment containment,
      @ForAll Purpose purpose,
      @ForAll("numbers") List<Integer> numbers,
      @ForAll("arguments") List<long[]> arguments) {
    assertSame(policy, DrawnPolicies.TABLE, containment, purpose, numbers, arguments);
  }

  @Property(tries = 300)
  void shouldAnswerAsTheInterpreterOnAarch64(
      @ForAll("policies") Policy policy,
      @ForAll("containments") Containment containment,
      @ForAll Purpose purpose,
      @ForAll("numbers") List<Integer> numbers,
      @ForAll("arguments") List<long[]> arguments) {
    SyscallTable table = SyscallTable.of(Architecture.AARCH64);
    assertSame(policy, table, containment, purpose, numbers, arguments);
  }

  @Property(tries = 100)
  void shouldKillForeignArchitectures(
      @ForAll("policies") Policy policy,
      @ForAll int number,
      @ForAll("arguments") List<long[]> arguments) {
    byte[] program =
        program(policy, DrawnPolicies.TABLE, new Containment.Supervised(), Purpose.WATCH);
    for (int i386 : new int[] {0x40000003, JailNative.ARCH_AARCH64}) {
      assertThat(JailNative.evaluate(program, i386, number, 0, arguments.getFirst()))
          .isEqualTo((int) RuleCompiler.RET_KILL_PROCESS);
    }
  }

  private static void assertSame(
      Policy policy,
      SyscallTable table,
      Containment containment,
      Purpose purpose,
      List<Integer> numbers,
      List<long[]> arguments) {
    byte[] program = program(policy, table, containment, purpose);
    PolicyInterpreter interpreter = new PolicyInterpreter(policy, table, containment);
    int arch = table.architecture().auditValue();
    for (int number : numbers) {
      for (long[] registers : arguments) {
        CallAction expected = interpreter.judge(number, registers).action();
        assertThat(JailNative.evaluate(program, arch, number, 0x7f0000001000L, registers))
            .as("call %d with %s", number, registers)
            .isEqualTo((int) RuleCompiler.returned(expected, purpose));
      }
    }
  }

  private static byte[] program(
      Policy policy, SyscallTable table, Containment containment, Purpose purpose) {
    return JailNative.compile(
        table.architecture().auditValue(),
        RuleCompiler.compile(policy, table, containment, purpose));
  }
}
