package org.polykern.jail.rule;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.rule.ArgumentTest.Comparison;
import org.polykern.jail.rule.ArgumentTest.Width;

/** Policies and calls as jqwik draws them: few values, so that rules and calls meet often. */
public final class DrawnPolicies {
  public static final SyscallTable TABLE = SyscallTable.of(Architecture.X86_64);
  private static final List<String> CALLS =
      List.of(
          "read",
          "openat",
          "socket",
          "clone",
          "clone3",
          "kill",
          "tgkill",
          "prlimit64",
          "chmod",
          "fchmodat",
          "ioctl",
          "personality",
          "ptrace",
          "seccomp",
          "fcntl",
          "setpriority",
          "mount",
          "bpf",
          "exit_group",
          "fork",
          "ioprio_set",
          "mknod",
          "execve",
          "set_mempolicy_home_node");

  private DrawnPolicies() {}

  public static Arbitrary<Policy> policies() {
    Arbitrary<Set<String>> names = Arbitraries.of(CALLS).set().ofMaxSize(8);
    Arbitrary<CallAction> unlisted =
        Arbitraries.of(CallAction.Plain.ALLOW, CallAction.Plain.ALLOW, CallAction.refuse(13));
    return Combinators.combine(
            Arbitraries.of(false, true),
            unlisted,
            names,
            names,
            rules().list().ofMaxSize(8),
            limits())
        .as((debug, rest, allowed, lifted, rules, starts) ->
            new Policy(
                "drawn",
                debug,
                rest,
                allowed,
                lifted,
                rules,
                PathRules.EVERYTHING,
                Limits.DEFAULT,
                EnvironmentRules.DEFAULT,
                null,
                true));
  }

  private static Arbitrary<Limits> limits() {
    return Arbitraries.of(
        Limits.DEFAULT, new Limits(1, -1, 5, -1, Map.of(Limits.Resource.NOFILE, 64L)));
  }

  public static Arbitrary<CallRule> rules() {
    Arbitrary<CallAction> actions =
        Arbitraries.of(
            CallAction.refuse(1),
            CallAction.refuse(38),
            CallAction.refuse(4095),
            CallAction.Plain.KILL,
            CallAction.Plain.LOG,
            CallAction.Plain.ASK);
    return Combinators.combine(Arbitraries.of(CALLS), tests().list().ofMaxSize(3), actions)
        .as((call, tests, action) -> new CallRule(call, tests, action, "drawn"));
  }

  public static Arbitrary<ArgumentTest> tests() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.of(Width.class),
            Arbitraries.of(Comparison.class),
            registers(),
            registers())
        .as(ArgumentTest::new);
  }

  public static Arbitrary<Long> registers() {
    Arbitrary<Long> edges =
        Arbitraries.of(
            0L,
            1L,
            -1L,
            2L,
            16L,
            17L,
            38L,
            40L,
            77L,
            78L,
            0x5412L,
            06000L,
            0020000L,
            0x800000L,
            0x7E020000L,
            0x40000L,
            0x20008L,
            0xFFFFFFFFL,
            0x100000000L,
            0x1_0000_0001L,
            0x7FFFFFFF_00000001L,
            Long.MIN_VALUE,
            0x80000000L,
            0xFFFFFFFF_00000000L);
    return Arbitraries.oneOf(edges, Arbitraries.longs());
  }

  public static Arbitrary<long[]> arguments() {
    return registers()
        .list()
        .ofSize(6)
        .map(list -> list.stream().mapToLong(Long::longValue).toArray());
  }

  public static Arbitrary<Integer> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.of(CALLS).map(name -> TABLE.number(name).orElseThrow()),
        Arbitraries.integers().between(0, TABLE.highest() + 5),
        Arbitraries.of(-1, 0x40000000, 0x40000001, 0x7FFFFFFF, -2, 999));
  }

  public static Arbitrary<Containment> containments() {
    return Arbitraries.of(
        new Containment.Supervised(),
        new Containment.SameUser(List.of(1, 77, 78), List.of(1, 77)),
        new Containment.SameUser(List.of(1), List.of()));
  }
}
