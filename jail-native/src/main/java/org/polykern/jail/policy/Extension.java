package org.polykern.jail.policy;

import java.util.Optional;
import org.polykern.jail.rule.Policy;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Finds the policy that a file of ours begins with. Only shipped ones, and only one step: whoever
 * reads a file then knows where every rule comes from, and no file can lead to another on the disk.
 */
final class Extension {
  private static final String KEY = "extends";

  private final Findings findings;

  Extension(Findings findings) {
    this.findings = findings;
  }

  /** The policy that {@code top} extends; empty, with an error, when there is none of that name. */
  Optional<Policy> of(Fields top) throws PolicyException {
    Optional<Fields.Text> name = top.text(KEY);
    Node given = top.node(KEY);
    if (given != null && Fields.isNull(given)) {
      findings.error(top.line(KEY), "Expected the name of a shipped policy, but there is none.");
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String base = name.get().text();
    Optional<String> text = ShippedPolicies.text(base);
    if (text.isEmpty()) {
      findings.error(
          name.get().line(),
          Fields.unknown("the name of a shipped policy", base, ShippedPolicies.names()));
      return Optional.empty();
    }
    Node root = PolicyFile.compose(base, text.get());
    Fields keys = root == null ? Fields.none(findings) : Fields.of(root, "a policy", findings);
    if (keys.has(KEY)) {
      findings.error(
          name.get().line(),
          "Expected a policy that extends no other, but '%s' extends '%s': extend that one."
              .formatted(base, keys.text(KEY).map(Fields.Text::text).orElse("")));
      return Optional.empty();
    }
    return ShippedPolicies.named(base);
  }
}
