package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.polykern.jail.rule.BuiltInPolicy;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.Policy;
import org.yaml.snakeyaml.nodes.Node;

/**
 * What a watched program did that its policy would have refused, and how many of everything it had
 * at once.
 *
 * @param calls one per program and call
 * @param processes most alive at once
 * @param threads most alive at once
 * @param programStarts in all
 */
public record WatchSummary(List<Use> calls, long processes, long threads, long programStarts) {
  public WatchSummary {
    calls = List.copyOf(calls);
  }

  /**
   * A call that would have been refused.
   *
   * @param program the caller's executable
   * @param call the call's name
   * @param count how often
   */
  public record Use(String program, String call, long count) {}

  /**
   * A policy under which the watched program runs.
   *
   * @param comments for the file's head: who needed what, and what no policy can permit
   */
  public record Learned(Policy policy, List<String> comments) {}

  /**
   * What the helper told: one JSON object a line, of which those of the events {@code watched},
   * {@code use} and {@code exit} count.
   *
   * @param file the name of what was read, for messages
   * @throws PolicyException when a line is no event
   */
  public static WatchSummary read(String file, List<String> events) throws PolicyException {
    Map<List<String>, Long> counts = new LinkedHashMap<>();
    long processes = 0;
    long threads = 0;
    long starts = 0;
    Findings findings = new Findings(file);
    for (String event : events) {
      Node node = PolicyFile.compose(file, event); // JSON is YAML.
      Fields fields = node == null ? Fields.none(findings) : Fields.of(node, "an event", findings);
      switch (text(fields, "event")) {
        // The first tells a use when it happens, the second how often in the end.
        case "watched", "use" ->
            counts.merge(
                List.of(text(fields, "program"), text(fields, "call")),
                fields.number("count", 0, Long.MAX_VALUE).orElse(1),
                Math::max);
        case "exit" -> {
          processes = fields.number("max_processes", 0, Integer.MAX_VALUE).orElse(0);
          threads = fields.number("max_threads", 0, Integer.MAX_VALUE).orElse(0);
          starts = fields.number("execs", 0, Integer.MAX_VALUE).orElse(0);
        }
        default -> {}
      }
    }
    List<Use> calls = new ArrayList<>();
    counts.forEach((use, count) -> calls.add(new Use(use.getFirst(), use.getLast(), count)));
    findings.throwIfAny();
    return new WatchSummary(calls, processes, threads, starts);
  }

  private static String text(Fields fields, String key) {
    return fields.text(key).map(Fields.Text::text).orElse("?");
  }

  /**
   * The policy {@code base}, opened just as far as the program needed, with limits at twice of what
   * was seen (and never below 16) where that is less than {@code base} has.
   */
  public Learned learn(String name, Policy base) {
    Set<String> allowed = new TreeSet<>(base.allowed());
    Set<String> lifted = new TreeSet<>(base.lifted());
    List<CallRule> rules = new ArrayList<>(base.rules());
    List<String> comments = new ArrayList<>();
    TreeMap<String, String> users = new TreeMap<>();
    for (Use use : calls) {
      users.merge(
          use.call(), use.program() + " (" + use.count() + ")", (one, two) -> one + ", " + two);
    }
    comments.add("Written from what was watched: calls, and the programs that made them.");
    users.forEach((call, programs) -> {
      boolean firm = BuiltInPolicy.firmCalls().contains(call);
      comments.add(call + ": " + programs + (firm ? "; no policy permits this use" : ""));
      rules.removeIf(rule -> rule.call().equals(call) && rule.action().denies());
      if (base.unlisted().denies() && !(firm && BuiltInPolicy.refusedCalls().contains(call))) {
        allowed.add(call);
      }
      if (BuiltInPolicy.liftableCalls().contains(call)) {
        lifted.add(call);
      }
    });
    Limits before = base.limits();
    Limits limits =
        new Limits(
            atMost(before.processes(), processes),
            atMost(before.threads(), threads),
            before.programStarts(),
            before.creations(),
            before.resources());
    Policy policy =
        new Policy(
            name,
            base.allowDebug(),
            base.unlisted(),
            allowed,
            lifted,
            rules,
            base.paths(),
            limits,
            base.environment(),
            base.workingDirectory(),
            base.report());
    return new Learned(policy, comments);
  }

  private static long atMost(long before, long seen) {
    long enough = Math.max(16, Math.multiplyExact(2L, seen));
    return before == Limits.UNLIMITED ? enough : Math.min(before, enough);
  }
}
