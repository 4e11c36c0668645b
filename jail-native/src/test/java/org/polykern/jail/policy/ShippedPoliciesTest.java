package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyInterpreter;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

class ShippedPoliciesTest {
  private static final Path FILES = Path.of("src/main/policies");
  private static final Containment.SameUser SAME_USER =
      new Containment.SameUser(List.of(1, 2, 3), List.of(1, 2, 3));

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldReadAndCompileEveryFile(Path file) throws IOException, PolicyException {
    PolicyFile.Loaded loaded = PolicyFile.read(file);
    assertThat(loaded.warnings()).isEmpty();
    assertThat(file).hasFileName(loaded.policy().name() + ".yml");
    assertThat(ShippedPolicies.named(loaded.policy().name())).contains(loaded.policy());
    for (Architecture architecture : Architecture.values()) {
      SyscallTable table = SyscallTable.of(architecture);
      for (Containment containment : List.of(new Containment.Supervised(), SAME_USER)) {
        long[] rules = RuleCompiler.compile(loaded.policy(), table, containment, Purpose.REPORT);
        assertThat(JailNative.compile(architecture.auditValue(), rules).length / 8)
            .isBetween(50, 1000);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldAnswerTheSameAfterTheWayBackToAFile(Path file) throws IOException, PolicyException {
    Policy policy = PolicyFile.read(file).policy();
    assertThat(PolicyFile.read("x.yml", PolicyWriter.write(policy, List.of())).policy())
        .isEqualTo(policy);
  }

  @Test
  void shouldShipTheDefaultAsItIsInTheCode() {
    assertThat(ShippedPolicies.named("default")).contains(Policy.DEFAULT);
    assertThat(ShippedPolicies.ofLanguage("brainfuck"))
        .isEqualTo(ShippedPolicies.named("language").orElseThrow().called("brainfuck"));
    assertThat(ShippedPolicies.ofLanguage("no name").name()).isEqualTo("language");
    assertThat(ShippedPolicies.named("../secret")).isEmpty();
  }

  @Test
  void shouldNameEveryFile() throws IOException {
    assertThat(ShippedPolicies.names().stream().map(name -> name + ".yml"))
        .containsExactlyElementsOf(files().map(file -> file.getFileName().toString()).toList());
    for (String name : ShippedPolicies.names()) {
      assertThat(ShippedPolicies.text(name))
          .contains(Files.readString(FILES.resolve(name + ".yml")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "deny-net, 2, true", "deny-net, 10, true", "deny-net, 43, true", "deny-net, 1, false",
    "deny-net, 16, false", "language, 2, false", "language, 10, false", "language, 31, true"
  })
  void shouldRefuseFamiliesOfSockets(String name, int family, boolean refused) {
    SyscallTable table = SyscallTable.of(Architecture.X86_64);
    CallAction action =
        new PolicyInterpreter(
                ShippedPolicies.named(name).orElseThrow(), table, new Containment.Supervised())
            .judge(table.number("socket").orElseThrow(), new long[] {family, 1, 0, 0, 0, 0})
            .action();
    assertThat(action.denies()).isEqualTo(refused);
  }
}
