package org.polykern.jail;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.polykern.jail.nativelib.Jail;

class PackageRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.polykern.jail");

  private static final ArchRule NO_YAML =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.polykern.jail.policy")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.polykern.jail.policy", "org.yaml..")
          .because("the runner in the container has no YAML parser");

  private static final ArchRule NO_PROCESS_BUILDER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .because("the JDK would take stops of a traced program for its end");

  @Test
  void shouldStartNothingByTheJdk() {
    NO_PROCESS_BUILDER.check(CLASSES);
    // The rule can fail: a test that starts by the JDK breaks it.
    JavaClasses test = new ClassFileImporter().importClasses(Jail.class);
    assertThat(NO_PROCESS_BUILDER.evaluate(test).hasViolation()).isTrue();
  }

  @Test
  void shouldKeepYamlAwayFromTheRunner() {
    NO_YAML.check(CLASSES);
  }

  /** The rule can fail: the package that it excepts breaks it. */
  @Test
  void shouldNoticeYaml() {
    ArchRule everywhere =
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.yaml..");
    assertThat(everywhere.evaluate(CLASSES).hasViolation()).isTrue();
  }
}
