package org.polykern.jail.policy;

import java.util.List;
import java.util.Set;
import org.polykern.jail.rule.EnvironmentRules;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The map {@code environment} of a file of ours. */
final class EnvironmentKeys {
  private static final Set<String> NAMES = Set.of("keep", "deny", "set");

  private final Findings findings;
  private final Draft draft;

  EnvironmentKeys(Findings findings, Draft draft) {
    this.findings = findings;
    this.draft = draft;
  }

  void read(Fields fields, Fields top) {
    fields.only(NAMES);
    if (fields.has("keep")) {
      keep(fields, top);
    }
    for (Fields.Text name : fields.texts("deny")) {
      check(name, true, findings);
      if (!draft.deny.contains(name.text())) {
        draft.deny.add(name.text());
      }
    }
    Fields set = fields.fields("set");
    for (String name : set.keys().stream().sorted().toList()) {
      check(new Fields.Text(name, set.line(name)), false, findings);
      String value = set.text(name).map(Fields.Text::text).orElse("");
      String before = draft.set.put(name, value);
      if (before != null && !before.equals(value)) {
        findings.error(
            set.line(name),
            "Expected one value of %s, but 'extra_envs' sets another.".formatted(name));
      }
    }
    contradictions(fields, set, top);
  }

  private void keep(Fields fields, Fields top) {
    if (top.has("preserved_env_keys")) {
      findings.error(
          fields.line("keep"),
          "Expected either 'keep' or 'preserved_env_keys' (line %d), but there are both."
              .formatted(top.line("preserved_env_keys")));
    }
    draft.keep.clear(); // Of an extended policy.
    if (fields.node("keep") instanceof ScalarNode scalar && scalar.getValue().equals("all")) {
      draft.keepAll = true;
      return;
    }
    draft.keepAll = false;
    for (Fields.Text name : fields.texts("keep")) {
      check(name, true, findings);
      draft.keep.add(name.text());
    }
  }

  private void contradictions(Fields fields, Fields set, Fields top) {
    for (String kept : draft.keep) {
      if (EnvironmentRules.matchesAny(draft.deny, kept)) {
        findings.error(
            fields.has("keep") ? fields.line("keep") : top.line("preserved_env_keys"),
            "Expected names that are not denied, but %s is both kept and denied (denied are %s)."
                .formatted(kept, draft.deny));
      }
    }
    for (String name : List.copyOf(draft.set.keySet())) {
      if (EnvironmentRules.matchesAny(draft.deny, name)) {
        findings.error(
            set.has(name) ? set.line(name) : top.line("extra_envs"),
            "Expected to set names that are not denied, but %s is (denied are %s)."
                .formatted(name, draft.deny));
      }
    }
  }

  /** Says so when {@code name} could not be a variable; a * at the end is a pattern's. */
  static void check(Fields.Text name, boolean pattern, Findings findings) {
    String plain =
        pattern && name.text().endsWith("*")
            ? name.text().substring(0, name.text().length() - 1)
            : name.text();
    if (plain.contains("=") || plain.contains("*") || (plain.isEmpty() && !pattern)) {
      findings.doubt(
          name.line(), "Expected the name of a variable, but it is '" + name.text() + "'.");
    }
  }
}
