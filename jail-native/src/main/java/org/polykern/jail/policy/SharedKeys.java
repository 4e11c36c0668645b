package org.polykern.jail.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules.Beneath;

/** The keys that published files and ours have in common, apart from the lists of calls. */
final class SharedKeys {
  static final Set<String> NAMES =
      Set.of(
          "whitelist_paths",
          "exec_allowance",
          "fork_allowance",
          "max_child_procs",
          "extra_envs",
          "preserved_env_keys",
          "traced_syscalls",
          "allowed_syscalls");

  private static final Map<String, String> OPERATIONS =
      Map.of(
          "OP_OPEN", "OP_OPEN",
          "OP_ACCESS", "OP_ACCESS",
          "OP_EXEC", "OP_EXEC",
          "OP_STAT", "OP_STAT",
          "OP_CHMOD", "OP_CHMOD",
          "OpOpen", "OP_OPEN",
          "OpAccess", "OP_ACCESS",
          "OpExec", "OP_EXEC",
          "OpStat", "OP_STAT",
          "OpChmod", "OP_CHMOD");

  private static final Beneath NOTHING = Beneath.of(List.of());
  private static final Set<String> CHMOD_DEFAULT = Set.of("/home/work/*", "/tmp/*");

  private final Findings findings;
  private final Draft draft;

  SharedKeys(Findings findings, Draft draft) {
    this.findings = findings;
    this.draft = draft;
  }

  void read(Fields top) {
    long starts = top.number("exec_allowance", -1, Long.MAX_VALUE).orElse(0);
    paths(top.fields("whitelist_paths").only(OPERATIONS.keySet()), starts, top);
    draft.creations =
        top.number("fork_allowance", Limits.UNLIMITED, Long.MAX_VALUE).orElse(draft.creations);
    draft.processes =
        top.number("max_child_procs", Limits.UNLIMITED, Long.MAX_VALUE).orElse(draft.processes);
    for (Fields.Text text : top.texts("extra_envs")) {
      setting(text);
    }
    if (top.has("preserved_env_keys")) {
      draft.keepAll = false;
      draft.keep.clear(); // Of an extended policy.
      for (Fields.Text name : top.texts("preserved_env_keys")) {
        EnvironmentKeys.check(name, false, findings);
        draft.keep.add(name.text());
      }
    }
  }

  private void paths(Fields given, long starts, Fields top) {
    Map<String, List<Fields.Text>> patterns = new HashMap<>();
    for (String key : given.keys()) {
      String operation = OPERATIONS.getOrDefault(key, key);
      if (patterns.put(operation, given.texts(key)) != null) {
        findings.error(
            given.line(key),
            "Expected each operation once, but %s is there in both spellings."
                .formatted(operation));
      }
    }
    PathPatterns translation = new PathPatterns(findings);
    if (patterns.containsKey("OP_OPEN")) {
      draft.read = translation.beneath(patterns.getOrDefault("OP_OPEN", List.of()));
      if (draft.read.equals(NOTHING)) {
        findings.doubt(
            given.line("OP_OPEN"), "Expected patterns for OP_OPEN, but no file could be opened.");
        draft.read = Beneath.EVERYTHING;
      }
      draft.write = draft.read;
    }
    programs(patterns, translation, starts, top);
    for (String operation : List.of("OP_ACCESS", "OP_STAT", "OP_CHMOD")) {
      for (Fields.Text pattern : patterns.getOrDefault(operation, List.of())) {
        boolean usual =
            pattern.text().equals("*")
                || (operation.equals("OP_CHMOD") && CHMOD_DEFAULT.contains(pattern.text()));
        if (!usual) {
          findings.doubt(
              pattern.line(),
              "Expected '*' for %s, but it is '%s': the kernel cannot enforce it, so it has no effect."
                  .formatted(operation, pattern.text()));
        }
      }
    }
  }

  /** The allowance counts starts beyond the patterns, and refusal by Landlock cannot count. */
  private void programs(
      Map<String, List<Fields.Text>> patterns, PathPatterns translation, long starts, Fields top) {
    List<Fields.Text> programs = patterns.get("OP_EXEC");
    Beneath allowed = programs == null ? Beneath.EVERYTHING : translation.beneath(programs);
    if (allowed.equals(NOTHING) && starts == 0) {
      findings.doubt(
          top.line("whitelist_paths"),
          "Expected patterns for OP_EXEC, or an 'exec_allowance', but no program could be started.");
    } else if (starts == 0 || allowed.everything()) {
      draft.execute = allowed;
    } else if (allowed.equals(NOTHING)) {
      draft.programStarts = starts;
    } else if (starts > 0) {
      draft.execute = allowed;
      findings.doubt(
          top.line("exec_allowance"),
          "Expected 0 or -1 beside OP_EXEC patterns, but it is %d: what the patterns do not allow is"
                  .formatted(starts)
              + " refused from the first start.");
    }
  }

  private void setting(Fields.Text text) {
    int equals = text.text().indexOf('=');
    if (equals < 1) {
      findings.doubt(
          text.line(), "Expected KEY=value in 'extra_envs', but it is '" + text.text() + "'.");
      return;
    }
    draft.set.put(text.text().substring(0, equals), text.text().substring(equals + 1));
  }
}
