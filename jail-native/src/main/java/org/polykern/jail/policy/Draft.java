package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules;
import org.polykern.jail.rule.PathRules.Beneath;
import org.polykern.jail.rule.Policy;

/** A policy while its file is read; becomes one only when the file is without error. */
final class Draft {
  String name;
  boolean allowDebug;
  boolean report = true;
  CallAction unlisted = CallAction.Plain.ALLOW;
  final Set<String> allowed = new TreeSet<>();
  final Set<String> lifted = new TreeSet<>();
  final List<CallRule> rules = new ArrayList<>();

  /** Of the extended policy; asked after the file's own. */
  final List<CallRule> inheritedRules = new ArrayList<>();

  Beneath read = Beneath.EVERYTHING;
  Beneath write = Beneath.EVERYTHING;
  Beneath execute = Beneath.EVERYTHING;
  long processes = Limits.DEFAULT.processes();
  long threads = Limits.DEFAULT.threads();
  long programStarts = Limits.DEFAULT.programStarts();
  long creations = Limits.DEFAULT.creations();
  final Map<Limits.Resource, Long> resources = new EnumMap<>(Limits.DEFAULT.resources());
  boolean keepAll = true;
  final List<String> keep = new ArrayList<>();
  final List<String> deny = new ArrayList<>(EnvironmentRules.DENIED);
  final Map<String, String> set = new LinkedHashMap<>();
  final Map<String, String> inheritedSet = new LinkedHashMap<>();
  @Nullable String workingDirectory;

  Draft(String name) {
    this.name = name;
  }

  /** Begins with everything that {@code base} has but its name. */
  void extend(Policy base) {
    allowDebug = base.allowDebug();
    report = base.report();
    unlisted = base.unlisted();
    allowed.addAll(base.allowed());
    lifted.addAll(base.lifted());
    inheritedRules.addAll(base.rules());
    read = base.paths().read();
    write = base.paths().write();
    execute = base.paths().execute();
    processes = base.limits().processes();
    threads = base.limits().threads();
    programStarts = base.limits().programStarts();
    creations = base.limits().creations();
    resources.clear();
    resources.putAll(base.limits().resources());
    keepAll = base.environment().keepAll();
    keep.addAll(base.environment().keep());
    deny.clear();
    deny.addAll(base.environment().deny());
    inheritedSet.putAll(base.environment().set());
    workingDirectory = base.workingDirectory();
  }

  /** Forgets what the extended policy refuses of {@code calls}; the built-in refusals stay. */
  void dropInheritedRefusals(Set<String> calls) {
    inheritedRules.removeIf(rule -> calls.contains(rule.call()) && rule.action().denies());
  }

  Policy policy() {
    List<CallRule> ordered = new ArrayList<>(rules);
    ordered.addAll(inheritedRules);
    Map<String, String> environment = new LinkedHashMap<>(inheritedSet);
    environment.keySet().removeIf(name -> EnvironmentRules.matchesAny(deny, name));
    environment.putAll(set);
    return new Policy(
        name,
        allowDebug,
        unlisted,
        allowed,
        lifted,
        ordered,
        new PathRules(read, write, execute),
        new Limits(processes, threads, programStarts, creations, resources),
        new EnvironmentRules(keepAll, keep, deny, environment),
        workingDirectory,
        report);
  }
}
