package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rules against the product's classes, and against fixtures that break each of them. */
class ArchitectureTest {
  /** Those who may, and why. A class that no longer needs its entry fails the test below. */
  private static final Map<String, Set<String>> EXCEPTIONS =
      Map.of(
          "no-sleep",
          Set.of(
              // A bounded poll on a virtual thread that nothing else could wake.
              "org.polykern.agent.kernel.KernelParts"));

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.polykern");
  private static final JavaClasses BREACHES =
      new ClassFileImporter().importPackages("org.polykern.e2e.breach");

  static Stream<String> rules() {
    return ArchitectureRules.under("org.polykern", EXCEPTIONS).keySet().stream();
  }

  private static ArchRule rule(String root, String name) {
    return ArchitectureRules.under(root, EXCEPTIONS).get(name);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldBeKept(String name) {
    rule("org.polykern", name).allowEmptyShould(true).check(PRODUCT);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldNoticeABreach(String name) {
    var rule = rule("org.polykern.e2e.breach", name);
    assertThatThrownBy(() -> rule.check(BREACHES)).isInstanceOf(AssertionError.class);
  }

  @Test
  void shouldSeeEveryModule() {
    assertThat(Stream.of("common", "gateway", "scheduler", "agent", "storage", "runner"))
        .allMatch(module ->
            PRODUCT.stream()
                .anyMatch(type -> type.getPackageName().startsWith("org.polykern." + module)));
  }

  @Test
  void shouldNotExcuseWhatIsNoBreach() {
    EXCEPTIONS.forEach((name, types) -> {
      var strict = ArchitectureRules.under("org.polykern", Map.of()).get(name);
      for (var type : types) {
        if (PRODUCT.contain(type)) {
          assertThat(strict.evaluate(PRODUCT).getFailureReport().toString()).contains(type);
        }
      }
    });
  }
}
