package org.polykern.jail.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a jail permits.
 *
 * @param name what refusals call it, such as {@code python}
 * @param allowDebug programs may trace each other (only where the tracer is another user) and may
 *     switch address randomisation off
 * @param unlisted the answer for known calls that no rule and not {@code allowed} names: {@link
 *     CallAction.Plain#ALLOW}, or a refusal, which makes {@code allowed} the list of all that runs
 * @param allowed calls that pass although unlisted ones are refused; no refusal is lifted by this
 * @param lifted calls that the built-in policy refuses and this one does not, also where unlisted
 *     ones are refused; except the firm rules, which no policy can lift
 * @param rules the policy's own refusals, and the calls it stops for a plug-in; asked in this order
 * @param workingDirectory where programs start, null for the caller's
 * @param report whether users read what was refused
 */
public record Policy(
    String name,
    boolean allowDebug,
    CallAction unlisted,
    Set<String> allowed,
    Set<String> lifted,
    List<CallRule> rules,
    PathRules paths,
    Limits limits,
    EnvironmentRules environment,
    @Nullable String workingDirectory,
    boolean report) {
  /**
   * Without these no program would start or end, and every signal handler would crash: they pass
   * where unlisted calls are refused.
   */
  public static final Set<String> ESSENTIAL =
      Set.of("execve", "exit", "exit_group", "restart_syscall", "rt_sigreturn");

  /** Of memfd_create: what is made can never be executed. */
  private static final long MFD_NOEXEC_SEAL = 8;

  /** What applies where nobody wrote a policy. */
  public static final Policy DEFAULT =
      new Policy(
          "default",
          false,
          CallAction.Plain.ALLOW,
          Set.of(),
          Set.of(),
          List.of(),
          PathRules.EVERYTHING,
          Limits.DEFAULT,
          EnvironmentRules.DEFAULT,
          null,
          true);

  public Policy {
    allowed = Set.copyOf(allowed);
    lifted = Set.copyOf(lifted);
    rules = List.copyOf(rules);
    if (unlisted != CallAction.Plain.ALLOW && !(unlisted instanceof CallAction.Refuse)) {
      throw new IllegalArgumentException(
          "Expected unlisted calls to be allowed or refused, but they would be " + unlisted + ".");
    }
    for (CallRule rule : rules) {
      if (rule.action() == CallAction.Plain.ALLOW || rule.action() == CallAction.Plain.COUNT) {
        throw new IllegalArgumentException(
            "Expected a refusal, a question or a log entry for "
                + rule.call()
                + ", but it is "
                + rule.action()
                + ".");
      }
    }
  }

  /**
   * All rules in the order in which they are asked; the first that matches decides. Refusals come
   * before stops, so no tracer or plug-in is asked about what is refused anyway.
   */
  public List<CallRule> rulesFor(Containment containment) {
    List<CallRule> builtIn = BuiltInPolicy.rules(containment, allowDebug, lifted);
    List<CallRule> ordered = new ArrayList<>();
    Stream.of(rules, builtIn)
        .flatMap(List::stream)
        .filter(rule -> rule.action().denies())
        .forEach(ordered::add);
    if (!paths.execute().everything()) {
      ordered.add(
          new CallRule(
              "memfd_create",
              List.of(ArgumentTest.masked(1, MFD_NOEXEC_SEAL, 0)),
              CallAction.refuse(Errno.EPERM),
              "a file in memory lies beneath no path, so Landlock would let it be started"));
    }
    if (limits.programStarts() != Limits.UNLIMITED) {
      for (String call : List.of("execve", "execveat")) {
        ordered.add(
            new CallRule(call, List.of(), CallAction.Plain.COUNT, "program starts are counted"));
      }
    }
    // Counting first: a creation that a plug-in would be asked about is still counted.
    Stream.of(builtIn, rules)
        .flatMap(List::stream)
        .filter(rule -> !rule.action().denies())
        .forEach(ordered::add);
    return List.copyOf(ordered);
  }

  /** The same policy under another name. */
  public Policy called(String other) {
    return new Policy(
        other,
        allowDebug,
        unlisted,
        allowed,
        lifted,
        rules,
        paths,
        limits,
        environment,
        workingDirectory,
        report);
  }

  /** Whether plug-ins are asked about some calls. */
  public boolean asks() {
    return rules.stream().anyMatch(rule -> rule.action() == CallAction.Plain.ASK);
  }

  /** Whether a known call that no rule matched runs. */
  public boolean passesUnlisted(String call) {
    return !unlisted.denies()
        || allowed.contains(call)
        || lifted.contains(call)
        || ESSENTIAL.contains(call);
  }
}
