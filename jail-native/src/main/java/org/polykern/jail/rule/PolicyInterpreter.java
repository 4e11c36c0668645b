package org.polykern.jail.rule;

import java.util.List;
import java.util.Optional;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;

/**
 * Says what would happen to a call, straight from the policy and without the compiler: what the
 * compiled filter is tested against, and what explains a refusal to people.
 */
public final class PolicyInterpreter {
  private static final int X32 = 0x4000_0000;

  private final Policy policy;
  private final SyscallTable table;
  private final List<CallRule> rules;

  /** Judges calls of {@code table}'s architecture under {@code policy}. */
  public PolicyInterpreter(Policy policy, SyscallTable table, Containment containment) {
    this.policy = policy;
    this.table = table;
    this.rules = policy.rulesFor(containment);
  }

  /** What was decided, and why, in one clause. */
  public record Verdict(CallAction action, String reason) {}

  /**
   * What happens to call {@code number} with these six registers. Only for the own architecture:
   * every call of a foreign one kills the process.
   */
  public Verdict judge(int number, long[] arguments) {
    boolean x86 = table.architecture() == Architecture.X86_64;
    if (x86 && number == -1) {
      return new Verdict(CallAction.Plain.ALLOW, "no call at all; the kernel says ENOSYS");
    }
    if (x86 && Integer.compareUnsigned(number, X32) >= 0) {
      return new Verdict(CallAction.refuse(Errno.ENOSYS), "a call of the x32 interface");
    }
    if (Integer.compareUnsigned(number, table.highest()) > 0) {
      return new Verdict(CallAction.refuse(Errno.ENOSYS), "newer than this table of calls");
    }
    Optional<String> name = table.name(number);
    if (name.isEmpty()) {
      return new Verdict(CallAction.Plain.ALLOW, "a gap in the table; the kernel says ENOSYS");
    }
    return judgeKnown(number, name.get(), arguments);
  }

  private Verdict judgeKnown(int number, String name, long[] arguments) {
    for (CallRule rule : rules) {
      if (table.number(rule.call()).orElse(-1) == number && rule.matches(arguments)) {
        return new Verdict(rule.action(), rule.reason());
      }
    }
    return policy.passesUnlisted(name)
        ? new Verdict(CallAction.Plain.ALLOW, "no rule against it")
        : new Verdict(policy.unlisted(), "not in the list of allowed calls");
  }
}
