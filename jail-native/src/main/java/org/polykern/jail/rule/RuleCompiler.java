package org.polykern.jail.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.polykern.jail.call.SyscallTable;

/**
 * Turns a policy into the numbers from which the native half builds a BPF program.
 *
 * <p>The form: {@code [0]} the action for numbers above the highest known one, {@code [1]} that
 * number, {@code [2]} how many rules follow. A rule is the call's number, a 32-bit SECCOMP_RET
 * value, the number of tests, and per test five numbers: argument, width (32 or 64), comparison
 * ({@link ArgumentTest.Comparison#code()}), value, mask. Rules of one call are neighbours, calls
 * ascend, the first rule of a call that matches decides, and a known call without a match runs.
 */
public final class RuleCompiler {
  /** SECCOMP_RET values. */
  static final long RET_KILL_PROCESS = 0x8000_0000L;

  static final long RET_ERRNO = 0x0005_0000L;
  static final long RET_TRACE = 0x7FF0_0000L;
  static final long RET_LOG = 0x7FFC_0000L;
  static final long RET_ALLOW = 0x7FFF_0000L;

  /**
   * What the helper finds with a stop, as its {@code launch.h} has it. It runs the program itself
   * on the registers: a filter of the jailed program's own could stop a call with any number.
   */
  static final int DATA_COUNT = 1;

  /** Asked outside; refused where nobody answers. */
  static final int DATA_ASK = 3;

  /** Told and let through. */
  static final int DATA_WATCH = 9;

  /** Refused with the errno in the lower bits, and told. */
  static final int DATA_REFUSED = 0x1000;

  /** What a filter is for. */
  public enum Purpose {
    /** Refusals are answered in the kernel, unseen. */
    ENFORCE,
    /** Refusals other than ENOSYS stop in the helper, which refuses and reports them. */
    REPORT,
    /**
     * Refusals other than ENOSYS stop in the helper, which tells them and lets them run. ENOSYS
     * stays an answer: it says "not in this kernel", and programs go another way.
     */
    WATCH
  }

  private RuleCompiler() {}

  /** The compiled rules of {@code policy} for one architecture and one kind of tracer. */
  public static long[] compile(
      Policy policy, SyscallTable table, Containment containment, Purpose purpose) {
    Map<Integer, List<CallRule>> byNumber = new TreeMap<>(); // Calls must ascend.
    for (CallRule rule : policy.rulesFor(containment)) {
      table
          .number(rule.call())
          .ifPresent(number -> byNumber.computeIfAbsent(number, n -> new ArrayList<>()).add(rule));
    }
    if (policy.unlisted().denies()) {
      for (int number : table.numbers()) {
        String call = table.name(number).orElseThrow();
        if (!policy.passesUnlisted(call)) {
          byNumber
              .computeIfAbsent(number, n -> new ArrayList<>())
              .add(new CallRule(call, List.of(), policy.unlisted(), "not in the list"));
        }
      }
    }
    return encode(byNumber, table.highest(), purpose);
  }

  private static long[] encode(
      Map<Integer, List<CallRule>> byNumber, int highest, Purpose purpose) {
    List<Long> longs = new ArrayList<>();
    longs.add(RET_ERRNO | Errno.ENOSYS);
    longs.add((long) highest);
    longs.add(0L);
    long count = 0;
    for (Map.Entry<Integer, List<CallRule>> entry : byNumber.entrySet()) {
      for (CallRule rule : entry.getValue()) {
        count++;
        longs.add((long) entry.getKey());
        longs.add(returned(rule.action(), purpose));
        longs.add((long) rule.tests().size());
        rule.tests().forEach(test -> add(longs, test));
        if (rule.tests().isEmpty()) {
          break; // Nothing after a rule that always matches is ever asked.
        }
      }
    }
    longs.set(2, count);
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  private static void add(List<Long> longs, ArgumentTest test) {
    longs.add((long) test.index());
    longs.add((long) test.width().bits());
    longs.add((long) test.comparison().code());
    longs.add(test.value());
    longs.add(test.mask());
  }

  /** The SECCOMP_RET value of an action. */
  static long returned(CallAction action, Purpose purpose) {
    return switch (action) {
      case CallAction.Plain.ALLOW -> RET_ALLOW;
      case CallAction.Plain.LOG -> RET_LOG;
      case CallAction.Plain.COUNT -> RET_TRACE | DATA_COUNT;
      case CallAction.Plain.ASK -> RET_TRACE | DATA_ASK;
      case CallAction.Plain.KILL ->
          purpose == Purpose.WATCH ? RET_TRACE | DATA_WATCH : RET_KILL_PROCESS;
      case CallAction.Refuse refusal -> refused(refusal.errno(), purpose);
    };
  }

  /**
   * What an answer of a filter that was compiled to {@link Purpose#ENFORCE} means.
   *
   * @param returned a SECCOMP_RET value with its data
   */
  public static CallAction meaning(int returned) {
    int data = returned & 0xFFFF;
    return switch ((int) ((returned & 0xFFFF_0000L) >>> 16)) {
      case (int) (RET_ALLOW >>> 16) -> CallAction.Plain.ALLOW;
      case (int) (RET_LOG >>> 16) -> CallAction.Plain.LOG;
      case (int) (RET_ERRNO >>> 16) -> CallAction.refuse(data);
      case (int) (RET_KILL_PROCESS >>> 16) -> CallAction.Plain.KILL;
      case (int) (RET_TRACE >>> 16) ->
          data == DATA_ASK ? CallAction.Plain.ASK : CallAction.Plain.COUNT;
      default ->
          throw new IllegalArgumentException(
              "Expected an answer that policies give, but it is 0x%x.".formatted(returned));
    };
  }

  private static long refused(int errno, Purpose purpose) {
    if (purpose == Purpose.ENFORCE || errno == Errno.ENOSYS) {
      return RET_ERRNO | errno;
    }
    return RET_TRACE | (purpose == Purpose.WATCH ? DATA_WATCH : DATA_REFUSED | errno);
  }
}
