package org.polykern.jail.rule;

import static org.polykern.jail.rule.ArgumentTest.word;
import static org.polykern.jail.rule.ArgumentTest.wordIsNot;

import java.util.ArrayList;
import java.util.List;

/**
 * What the filter refuses where tracer and runner are the same user as the program (M1): signals to
 * them, and calls that would take their time, memory or descriptors. Process ids are registers, so
 * the kernel decides alone.
 */
final class SameUserRules {
  private static final CallAction EPERM = CallAction.refuse(Errno.EPERM);
  private static final String SIGNAL = "the runner and its tracer would be signalled";
  private static final String STARVE = "the runner and its tracer would be starved";
  private static final int F_SETOWN = 8;
  private static final int F_SETSIG = 10;
  private static final int F_SETOWN_EX = 15;

  /** What setpriority and ioprio_set call a process, a group and a user. */
  private record Which(int process, int group, int user) {}

  private SameUserRules() {}

  static List<CallRule> of(Containment.SameUser who) {
    List<CallRule> rules = new ArrayList<>();
    addSignals(rules, who);
    addLimits(rules, who);
    String owner = "a descriptor would signal somebody else";
    add(
        rules,
        "fcntl",
        "only SIGIO may be asked of a descriptor",
        word(1, F_SETSIG),
        wordIsNot(2, 0),
        wordIsNot(2, 29));
    add(rules, "fcntl", owner, word(1, F_SETOWN));
    add(rules, "fcntl", owner, word(1, F_SETOWN_EX));
    return List.copyOf(rules);
  }

  private static void addSignals(List<CallRule> rules, Containment.SameUser who) {
    for (String call : List.of("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")) {
      add(rules, call, "everything would be signalled", word(0, -1));
      for (int process : who.processes()) {
        add(rules, call, SIGNAL, word(0, process));
      }
      for (int group : who.groups()) {
        add(rules, call, SIGNAL, word(0, -group));
      }
    }
    // These two name the process and one of its threads.
    for (String call : List.of("tgkill", "rt_tgsigqueueinfo")) {
      for (int process : who.processes()) {
        add(rules, call, SIGNAL, word(1, process));
      }
    }
    for (int process : who.processes()) {
      add(rules, "pidfd_open", SIGNAL, word(0, process));
    }
    add(rules, "pidfd_send_signal", "whose descriptor it is cannot be seen");
  }

  private static void addLimits(List<CallRule> rules, Containment.SameUser who) {
    add(rules, "prlimit64", "limits of other processes are theirs", wordIsNot(0, 0));
    for (String call :
        List.of("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")) {
      for (int process : who.processes()) {
        add(rules, call, STARVE, word(0, process));
      }
    }
    addPriorities(rules, who, "setpriority", new Which(0, 1, 2));
    addPriorities(rules, who, "ioprio_set", new Which(1, 2, 3));
  }

  private static void addPriorities(
      List<CallRule> rules, Containment.SameUser who, String call, Which which) {
    for (int process : who.processes()) {
      add(rules, call, STARVE, word(0, which.process()), word(1, process));
    }
    for (int group : who.groups()) {
      add(rules, call, STARVE, word(0, which.group()), word(1, group));
    }
    add(rules, call, "all processes of the user, the tracer with them", word(0, which.user()));
  }

  private static void add(List<CallRule> rules, String call, String reason, ArgumentTest... tests) {
    rules.add(new CallRule(call, List.of(tests), EPERM, reason));
  }
}
