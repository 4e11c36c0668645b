package org.polykern.jail.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules.Beneath;

/** The keys that only files of ours have. */
final class OwnKeys {
  private static final Set<String> NAMES =
      Set.of(
          "version",
          "name",
          "extends",
          "allow_debug",
          "report",
          "unlisted_syscalls",
          "lifted_syscalls",
          "refused_syscalls",
          "logged_syscalls",
          "errno",
          "limits",
          "paths",
          "environment",
          "cwd");

  private static final Set<String> COUNTS =
      Set.of("processes", "threads", "program_starts", "creations");

  /** Which key of published files sets the same count as one of ours. */
  private static final Map<String, String> TWINS =
      Map.of(
          "processes", "max_child_procs",
          "creations", "fork_allowance",
          "program_starts", "exec_allowance");

  private final Findings findings;
  private final Draft draft;

  OwnKeys(Findings findings, Draft draft) {
    this.findings = findings;
    this.draft = draft;
  }

  /** All keys that a file of ours may have. */
  static Set<String> all() {
    Set<String> names = new TreeSet<>(NAMES);
    names.addAll(SharedKeys.NAMES);
    return names;
  }

  void read(Fields top) {
    top.text("name").ifPresent(this::name);
    draft.allowDebug = top.bool("allow_debug").orElse(draft.allowDebug);
    draft.report = top.bool("report").orElse(draft.report);
    calls(top);
    limits(top.fields("limits"), top);
    paths(top.fields("paths"), top);
    new EnvironmentKeys(findings, draft).read(top.fields("environment"), top);
    top.text("cwd")
        .flatMap(cwd -> new PathPatterns(findings).path(cwd))
        .ifPresent(cwd -> draft.workingDirectory = cwd);
  }

  private void name(Fields.Text name) {
    if (PolicyFile.isName(name.text())) {
      draft.name = name.text();
    } else {
      findings.error(
          name.line(),
          "Expected a name of up to 64 letters, digits and . _ + -, but it is '%s'."
              .formatted(name.text()));
    }
  }

  private void calls(Fields top) {
    CallList lists = new CallList(findings);
    int errno = lists.errno(top, "errno", Errno.EPERM);
    draft.unlisted = unlisted(top, errno);
    CallNamesRead names =
        new CallNamesRead(names(top, "allowed_syscalls"), names(top, "lifted_syscalls"));
    if (!draft.unlisted.denies()) {
      draft.allowed.clear(); // An inherited list that no longer means anything.
    }
    draft.allowed.addAll(names.allowed.keySet());
    draft.dropInheritedRefusals(names.allowed.keySet());
    draft.dropInheritedRefusals(names.lifted.keySet());
    draft.lifted.addAll(names.lifted.keySet());
    List<CallList.Placed> refused = lists.refusals(top, "refused_syscalls", errno);
    List<CallList.Placed> asked = lists.others(top, "traced_syscalls", CallAction.Plain.ASK);
    List<CallList.Placed> logged = lists.others(top, "logged_syscalls", CallAction.Plain.LOG);
    for (List<CallList.Placed> list : List.of(refused, asked, logged)) {
      list.forEach(placed -> draft.rules.add(placed.rule()));
    }
    Contradictions check = new Contradictions(findings);
    check.lists(names.allowed, names.lifted, draft.unlisted.denies());
    check.rules(refused, names.allowed, names.lifted);
    check.stops(asked, refused);
    check.stops(logged, refused);
    check.stops(logged, asked);
  }

  /** Names with their lines. */
  private record CallNamesRead(Map<String, Integer> allowed, Map<String, Integer> lifted) {}

  private Map<String, Integer> names(Fields top, String key) {
    Map<String, Integer> names = new HashMap<>();
    for (Fields.Text name : top.texts(key)) {
      if (CallNames.check(name, findings)) {
        names.put(name.text(), name.line());
      }
    }
    return names;
  }

  private CallAction unlisted(Fields top, int errno) {
    Optional<Fields.Text> word = top.text("unlisted_syscalls");
    if (word.isEmpty()) {
      // Inherited, with the file's own errno where it has one.
      return draft.unlisted.denies() && top.has("errno")
          ? CallAction.refuse(errno)
          : draft.unlisted;
    }
    if (word.get().text().equals("allow")) {
      return CallAction.Plain.ALLOW;
    }
    if (!word.get().text().equals("refuse")) {
      findings.error(
          word.get().line(),
          "Expected 'allow' or 'refuse', but it is '" + word.get().text() + "'.");
    }
    return CallAction.refuse(errno);
  }

  private void limits(Fields limits, Fields top) {
    Set<String> resources =
        Arrays.stream(Limits.Resource.values())
            .map(Limits.Resource::label)
            .collect(Collectors.toSet());
    Set<String> known = new TreeSet<>(COUNTS);
    known.addAll(resources);
    limits.only(known);
    draft.processes = count(limits, top, "processes", draft.processes);
    draft.threads = count(limits, top, "threads", draft.threads);
    draft.creations = count(limits, top, "creations", draft.creations);
    draft.programStarts = count(limits, top, "program_starts", draft.programStarts);
    for (String name : resources) {
      limits
          .number(name, Limits.UNLIMITED, Long.MAX_VALUE)
          .ifPresent(value ->
              draft.resources.put(Limits.Resource.valueOf(name.toUpperCase(Locale.ROOT)), value));
    }
    for (String key : List.of("processes", "program_starts")) {
      if (limits.has(key) && limits.number(key, -1, Long.MAX_VALUE).orElse(1) == 0) {
        findings.error(
            limits.line(key), "Expected at least 1 or -1 (unlimited), but no program could start.");
      }
    }
  }

  private long count(Fields limits, Fields top, String key, long otherwise) {
    String twin = TWINS.get(key);
    if (limits.has(key) && twin != null && top.has(twin)) {
      findings.error(
          limits.line(key),
          "Expected either '%s' or '%s' (line %d), but there are both."
              .formatted(key, twin, top.line(twin)));
    }
    return limits.number(key, Limits.UNLIMITED, Long.MAX_VALUE).orElse(otherwise);
  }

  private void paths(Fields paths, Fields top) {
    paths.only(Set.of("read", "write", "execute"));
    if (top.has("paths") && top.has("whitelist_paths")) {
      findings.error(
          top.line("paths"),
          "Expected either 'paths' or 'whitelist_paths' (line %d), but there are both."
              .formatted(top.line("whitelist_paths")));
      return;
    }
    PathPatterns patterns = new PathPatterns(findings);
    draft.write = beneath(paths, "write", draft.write, patterns);
    draft.execute = beneath(paths, "execute", draft.execute, patterns);
    draft.read = beneath(paths, "read", draft.read, patterns);
    if (!draft.read.everything()) {
      // What may be written may be read: nobody means the opposite by a list of writable trees.
      Set<String> both = new LinkedHashSet<>(draft.read.paths());
      both.addAll(draft.write.paths());
      draft.read = Beneath.of(List.copyOf(both));
    }
    if (!draft.read.everything() && draft.write.everything()) {
      findings.error(
          paths.has("read") ? paths.line("read") : top.line("paths"),
          "Expected 'write' beside 'read', but everything could be written and not read.");
    }
  }

  private static Beneath beneath(
      Fields paths, String key, Beneath otherwise, PathPatterns patterns) {
    return paths.has(key) ? patterns.beneath(paths.texts(key)) : otherwise;
  }
}
