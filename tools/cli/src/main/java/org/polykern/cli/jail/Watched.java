package org.polykern.cli.jail;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.WatchSummary;
import org.polykern.jail.rule.Policy;

/** Keeps those of the helper's lines that say what a watched program did. */
final class Watched implements Consumer<String> {
  private static final List<String> KEPT =
      List.of("{\"event\":\"watched\"", "{\"event\":\"use\"", "{\"event\":\"exit\"");

  private final List<String> lines = new ArrayList<>();

  @Override
  public void accept(String line) {
    // One a program and call, so there are not many.
    if (KEPT.stream().anyMatch(line::startsWith)) {
      lines.add(line);
    }
  }

  /** What it did; only after its end. */
  WatchSummary summary() {
    try {
      return WatchSummary.read("the jail's events", lines);
    } catch (PolicyException e) {
      throw new IllegalStateException("Expected events that can be read.", e);
    }
  }

  /** Says what {@code policy} would have refused. */
  void describe(Policy policy, PrintStream out) {
    Map<String, String> users = new TreeMap<>();
    for (WatchSummary.Use use : summary().calls()) {
      users.merge(
          use.call(), use.program() + " (" + use.count() + ")", (one, two) -> one + ", " + two);
    }
    if (users.isEmpty()) {
      out.println("jail: policy '%s' would have refused nothing".formatted(policy.name()));
    }
    users.forEach((call, programs) ->
        out.println(
            "jail: %s(2) would not have been allowed by policy '%s': %s"
                .formatted(call, policy.name(), programs)));
  }
}
