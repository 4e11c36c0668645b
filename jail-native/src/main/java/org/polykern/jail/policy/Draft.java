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
  @Nullable String workingDirectory;

  Draft(String name) {
    this.name = name;
  }

  Policy policy() {
    return new Policy(
        name,
        allowDebug,
        unlisted,
        allowed,
        lifted,
        rules,
        new PathRules(read, write, execute),
        new Limits(processes, threads, programStarts, creations, resources),
        new EnvironmentRules(keepAll, keep, deny, set),
        workingDirectory,
        report);
  }
}
