package org.polykern.cli.jail;

import java.util.Locale;
import java.util.stream.Collectors;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Limits;

/** Calls, tests and answers in words, and the numbers of people's calls. */
final class CallWords {
  private static final long FIRST_IN_BOTH = 1024;

  private CallWords() {}

  /** A register: decimal, also negative, hexadecimal (0x), or octal (0o, or a leading 0). */
  static long register(int index, String word) {
    String digits = word.toLowerCase(Locale.ROOT);
    try {
      if (digits.startsWith("0x")) {
        return Long.parseUnsignedLong(digits.substring(2), 16);
      }
      if (digits.startsWith("0o")) {
        return Long.parseUnsignedLong(digits.substring(2), 8);
      }
      if (digits.length() > 1 && digits.startsWith("0")) {
        return Long.parseUnsignedLong(digits.substring(1), 8);
      }
      return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw CommandProblem.usage(
          "Expected argument %d to be a number such as 2, 0x1f or 0o755, but it is '%s'."
              .formatted(index, word));
    }
  }

  /** What becomes of a call. */
  static String outcome(CallAction action, boolean starts, Limits limits) {
    return switch (action) {
      case CallAction.Plain.ALLOW -> "runs";
      case CallAction.Plain.LOG -> "runs, and the kernel's audit log has it";
      case CallAction.Plain.KILL -> "kills the process";
      case CallAction.Plain.ASK -> "waits for the plug-ins; without any it fails with EPERM";
      case CallAction.Plain.COUNT ->
          starts
              ? "runs, as one of " + limits.programStarts() + " starts of programs"
              : "runs, up to "
                  + limit(limits.processes(), "processes and ")
                  + limit(limits.threads(), "threads alive at once");
      case CallAction.Refuse refusal -> "fails with " + Errno.name(refusal.errno());
    };
  }

  private static String limit(long count, String what) {
    return (count == Limits.UNLIMITED ? "any number of" : Long.toString(count)) + " " + what;
  }

  /** All tests of a rule. */
  static String tests(CallRule rule) {
    return rule.tests().isEmpty()
        ? "always"
        : rule.tests().stream().map(CallWords::test).collect(Collectors.joining(" and "));
  }

  private static String test(ArgumentTest test) {
    String register =
        "argument " + test.index() + (test.width() == ArgumentTest.Width.LONG ? " (64 bits)" : "");
    String value = number(test);
    return register
        + switch (test.comparison()) {
          case EQUAL -> " is " + value;
          case NOT_EQUAL -> " is not " + value;
          case ABOVE -> " is above " + value;
          case BELOW -> " is below " + value;
          case ANY_BIT -> " has a bit of 0x" + Long.toHexString(test.mask());
          case MASKED_EQUAL ->
              " & 0x" + Long.toHexString(test.mask()) + " is 0x" + Long.toHexString(test.value());
        };
  }

  /** As people would write it; beside it what headers have, which is mostly hexadecimal. */
  private static String number(ArgumentTest test) {
    long value = test.value();
    if (Long.compareUnsigned(value, FIRST_IN_BOTH) < 0) {
      return Long.toString(value);
    }
    long plain = test.width() == ArgumentTest.Width.WORD ? (int) value : value;
    return plain + " (0x" + Long.toHexString(value) + ")";
  }
}
