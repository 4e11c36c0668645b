package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.ArgumentTest.Width;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules.Beneath;
import org.polykern.jail.rule.Policy;

/** Writes a policy as the YAML that {@link PolicyFile} reads back to an equal one. */
public final class PolicyWriter {
  private final StringBuilder out = new StringBuilder();

  private PolicyWriter() {}

  /**
   * The file of {@code policy}.
   *
   * @param comments lines for its head, without the comment sign
   */
  public static String write(Policy policy, List<String> comments) {
    PolicyWriter writer = new PolicyWriter();
    for (String comment : comments) {
      comment.lines().forEach(line -> writer.line(("# " + printable(line)).stripTrailing()));
    }
    writer.head(policy);
    writer.calls(policy);
    writer.limits(policy.limits());
    writer.paths(policy);
    writer.environment(policy.environment());
    return writer.out.toString();
  }

  private void head(Policy policy) {
    line("version: " + PolicyFile.VERSION);
    line("name: " + quoted(policy.name()));
    if (policy.allowDebug()) {
      line("allow_debug: true");
    }
    if (!policy.report()) {
      line("report: false");
    }
    String directory = policy.workingDirectory();
    if (directory != null) {
      line("cwd: " + quoted(directory));
    }
  }

  private void calls(Policy policy) {
    if (policy.unlisted() instanceof CallAction.Refuse refusal) {
      line("errno: " + Errno.name(refusal.errno()));
      line("unlisted_syscalls: refuse");
    }
    names("allowed_syscalls", policy.allowed().stream().sorted().toList());
    names("lifted_syscalls", policy.lifted().stream().sorted().toList());
    rules("refused_syscalls", policy, rule -> rule.action().denies());
    rules("traced_syscalls", policy, rule -> rule.action() == CallAction.Plain.ASK);
    rules("logged_syscalls", policy, rule -> rule.action() == CallAction.Plain.LOG);
  }

  private void rules(String key, Policy policy, Predicate<CallRule> which) {
    List<CallRule> rules = policy.rules().stream().filter(which).toList();
    if (rules.isEmpty()) {
      return;
    }
    line(key + ":");
    for (CallRule rule : rules) {
      line("  - syscall: " + rule.call());
      if (rule.action() instanceof CallAction.Refuse refusal) {
        line("    errno: " + Errno.name(refusal.errno()));
      } else if (rule.action() == CallAction.Plain.KILL) {
        line("    action: kill");
      }
      if (!rule.reason().isEmpty()) {
        line("    reason: " + quoted(rule.reason()));
      }
      if (!rule.tests().isEmpty()) {
        line("    when:");
        rule.tests().forEach(test -> line("      - " + test(test)));
      }
    }
  }

  private static String test(ArgumentTest test) {
    List<String> parts = new ArrayList<>();
    parts.add("argument: " + test.index());
    if (test.width() == Width.LONG) {
      parts.add("width: 64");
    }
    String value = "0x" + Long.toHexString(test.value());
    String mask = "0x" + Long.toHexString(test.mask());
    switch (test.comparison()) {
      case EQUAL -> parts.add("equals: " + value);
      case NOT_EQUAL -> parts.add("not_equals: " + value);
      case ABOVE -> parts.add("above: " + value);
      case BELOW -> parts.add("below: " + value);
      case ANY_BIT -> parts.add("any_bit: " + mask);
      case MASKED_EQUAL -> {
        parts.add("mask: " + mask);
        parts.add("equals: " + value);
      }
    }
    return "{" + String.join(", ", parts) + "}";
  }

  private void limits(Limits limits) {
    line("limits:");
    line("  processes: " + limits.processes());
    line("  threads: " + limits.threads());
    line("  program_starts: " + limits.programStarts());
    line("  creations: " + limits.creations());
    limits
        .resources()
        .forEach((resource, value) ->
            line("  " + resource.name().toLowerCase(Locale.ROOT) + ": " + value));
  }

  private void paths(Policy policy) {
    if (!policy.paths().restricts()) {
      return;
    }
    line("paths:");
    beneath("read", policy.paths().read());
    beneath("write", policy.paths().write());
    beneath("execute", policy.paths().execute());
  }

  private void beneath(String key, Beneath beneath) {
    if (!beneath.everything()) {
      line("  " + key + ": " + list(beneath.paths()));
    }
  }

  private void environment(EnvironmentRules rules) {
    List<String> denied =
        rules.deny().stream().filter(name -> !EnvironmentRules.DENIED.contains(name)).toList();
    if (rules.keepAll() && denied.isEmpty() && rules.set().isEmpty()) {
      return;
    }
    line("environment:");
    if (!rules.keepAll()) {
      line("  keep: " + list(rules.keep()));
    }
    if (!denied.isEmpty()) {
      line("  deny: " + list(denied));
    }
    if (!rules.set().isEmpty()) {
      line("  set:");
      rules.set().forEach((name, value) -> line("    " + quoted(name) + ": " + quoted(value)));
    }
  }

  private void names(String key, List<String> names) {
    if (!names.isEmpty()) {
      line(key + ":");
      names.forEach(name -> line("  - " + name));
    }
  }

  private static String list(List<String> words) {
    return "[" + String.join(", ", words.stream().map(PolicyWriter::quoted).toList()) + "]";
  }

  private void line(String line) {
    out.append(line).append('\n');
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(point -> {
          if (point == '"' || point == '\\') {
            quoted.append('\\').appendCodePoint(point);
          } else if (point >= ' ' && point < 0x7F) {
            quoted.appendCodePoint(point);
          } else {
            quoted.append("\\U%08x".formatted(point));
          }
        });
    return quoted.append('"').toString();
  }

  private static String printable(String text) {
    return text.replaceAll("[^ -~]", "?");
  }
}
