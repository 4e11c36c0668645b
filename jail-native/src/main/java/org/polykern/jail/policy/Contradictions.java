package org.polykern.jail.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.polykern.jail.rule.BuiltInPolicy;

/** Finds rules of which one makes the other pointless. */
final class Contradictions {
  private final Findings findings;

  Contradictions(Findings findings) {
    this.findings = findings;
  }

  /** The lists of allowed and lifted calls, against the built-in policy. */
  void lists(Map<String, Integer> allowed, Map<String, Integer> lifted, boolean refusesUnlisted) {
    if (!allowed.isEmpty() && !refusesUnlisted) {
      findings.error(
          allowed.values().stream().mapToInt(Integer::intValue).min().orElse(1),
          "Expected 'unlisted_syscalls: refuse' beside 'allowed_syscalls', but unlisted calls are"
              + " allowed, so the list has no effect: add it, or use 'lifted_syscalls'.");
    }
    allowed.forEach((call, line) -> {
      if (BuiltInPolicy.refusedCalls().contains(call) && !lifted.containsKey(call)) {
        findings.error(
            line,
            "Expected calls that the built-in policy does not refuse, but it refuses %s: %s."
                .formatted(call, remedy(call)));
      }
    });
    lifted.forEach((call, line) -> {
      if (!BuiltInPolicy.liftableCalls().contains(call)) {
        findings.error(
            line,
            BuiltInPolicy.firmCalls().contains(call)
                ? "Expected a refusal that can be lifted, but that of %s cannot: %s."
                    .formatted(call, remedy(call))
                : "Expected a call that the built-in policy refuses, but it does not refuse %s."
                    .formatted(call));
      }
    });
  }

  private static String remedy(String call) {
    if (call.equals("ptrace")) {
      return "use 'allow_debug'";
    }
    return BuiltInPolicy.firmCalls().contains(call)
        ? "leave it out, the jail could be left with it"
        : "add it to 'lifted_syscalls' too";
  }

  /** Refusals, against each other and the lists. */
  void rules(
      List<CallList.Placed> refused, Map<String, Integer> allowed, Map<String, Integer> lifted) {
    Map<String, Integer> always = new HashMap<>();
    for (CallList.Placed placed : refused) {
      String call = placed.rule().call();
      Integer before = always.get(call);
      if (before != null) {
        findings.error(
            placed.line(),
            "Expected rules that can apply, but %s is refused altogether in line %d."
                .formatted(call, before));
      } else if (placed.rule().tests().isEmpty()) {
        always.put(call, placed.line());
        against(placed, allowed, "allowed");
        against(placed, lifted, "lifted");
      }
    }
  }

  private void against(CallList.Placed placed, Map<String, Integer> list, String what) {
    Integer line = list.get(placed.rule().call());
    if (line != null) {
      findings.error(
          placed.line(),
          "Expected %s to be either refused or %s, but it is %s in line %d."
              .formatted(placed.rule().call(), what, what, line));
    }
  }

  /** Rules that would never be asked, because an earlier list always decides. */
  void stops(List<CallList.Placed> later, List<CallList.Placed> earlier) {
    for (CallList.Placed placed : later) {
      earlier.stream()
          .filter(other -> other.rule().tests().isEmpty())
          .filter(other -> other.rule().call().equals(placed.rule().call()))
          .findFirst()
          .ifPresent(other ->
              findings.error(
                  placed.line(),
                  "Expected rules that can apply, but %s is decided in line %d already."
                      .formatted(placed.rule().call(), other.line())));
    }
  }
}
