package org.polykern.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The boundaries between the modules and the calls that nobody may make, each with its reason. The
 * root package is a parameter, so that the same rules can be held against classes that break them.
 */
final class ArchitectureRules {
  private static final List<String> VERTICLES = List.of("gateway", "scheduler", "agent", "storage");
  private static final List<String> MODULES =
      List.of(
          "gateway",
          "scheduler",
          "agent",
          "storage",
          "runner",
          "jail",
          "accel",
          "cli",
          "launcher",
          "embedded",
          "bench");

  private ArchitectureRules() {}

  /**
   * All rules by a short name.
   *
   * @param root package above the modules' packages
   * @param exceptions rule name to full names of classes that have a reason to break it
   */
  static Map<String, ArchRule> under(String root, Map<String, Set<String>> exceptions) {
    var rules = new LinkedHashMap<String, ArchRule>();
    for (var verticle : VERTICLES) {
      rules.put(verticle + "-sees-no-other-verticle", verticleRule(root, verticle));
    }
    rules.put(
        "common-sees-no-module",
        noClasses()
            .that()
            .resideInAPackage(root + ".common..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                MODULES.stream().map(m -> root + "." + m + "..").toArray(String[]::new))
            .because("all modules stand on it"));
    rules.put(
        "accel-api-sees-only-the-jdk",
        noClasses()
            .that()
            .resideInAPackage(root + ".accel")
            .should()
            .dependOnClassesThat(
                not(resideInAnyPackage(root + ".accel", "java..", "org.jspecify..")))
            .because("plug-ins bring their own libraries"));
    rules.put(
        "runner-sees-no-vertx",
        noClasses()
            .that()
            .resideInAPackage(root + ".runner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..")
            .because("it lies in every container and must stay small"));
    rules.put(
        "only-db-sees-the-driver",
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".common.db")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.pgclient..")
            .because("errors and transactions are typed in one place"));
    rules.putAll(callRules(root, exceptions));
    return rules;
  }

  private static ArchRule verticleRule(String root, String verticle) {
    var others =
        VERTICLES.stream()
            .filter(other -> !other.equals(verticle))
            .map(other -> root + "." + other + "..")
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(root + "." + verticle + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because("verticles meet in common's bus contracts and may run in different processes");
  }

  private static Map<String, ArchRule> callRules(String root, Map<String, Set<String>> exceptions) {
    var rules = new LinkedHashMap<String, ArchRule>();
    rules.put(
        "only-bus-calls-the-event-bus",
        noClasses()
            .that(not(resideInAPackage(root + ".common.bus")))
            .should()
            .callMethodWhere(call(Vertx.class, "eventBus"))
            .because("time-outs, problems and the codec are handled there"));
    rules.put(
        "no-await-with-a-time-out",
        noClasses()
            .should()
            .callMethodWhere(
                call(Future.class, "await")
                    .and(
                        DescribedPredicate.describe(
                            "has a time-out",
                            c -> !c.getTarget().getRawParameterTypes().isEmpty())))
            .because("it stalls a verticle's context for ever; use future.timeout(...).await()"));
    rules.put(
        "no-sleep",
        forbidden(root, exceptions, "no-sleep", Thread.class, "sleep")
            .because("nothing wakes it at shutdown; use Tasks.pause or a latch"));
    rules.put(
        "no-wall-clock",
        forbidden(root, exceptions, "no-wall-clock", System.class, "currentTimeMillis")
            .because("time is a parameter (Clock), so that tests can set it"));
    rules.put(
        "no-synchronized",
        noMethods()
            .that()
            .areDeclaredInClassesThat(not(named(exceptions, "no-synchronized")))
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true)
            .because("locks are fields with a name and an order"));
    return rules;
  }

  /** In what runs as a server; the command line and the runner are programs of their own. */
  private static ArchRule forbidden(
      String root, Map<String, Set<String>> exceptions, String rule, Class<?> type, String method) {
    var servers =
        Stream.concat(VERTICLES.stream(), Stream.of("common"))
            .map(module -> root + "." + module + "..")
            .toArray(String[]::new);
    return noClasses()
        .that(resideInAnyPackage(servers))
        .and(not(named(exceptions, rule)))
        .should()
        .callMethodWhere(call(type, method));
  }

  private static DescribedPredicate<JavaClass> named(
      Map<String, Set<String>> exceptions, String rule) {
    var names = exceptions.getOrDefault(rule, Set.of());
    return DescribedPredicate.describe("one of " + names, type -> names.contains(type.getName()));
  }

  private static DescribedPredicate<JavaCall<?>> call(Class<?> type, String method) {
    return target(owner(assignableTo(type))).and(target(name(method)));
  }
}
