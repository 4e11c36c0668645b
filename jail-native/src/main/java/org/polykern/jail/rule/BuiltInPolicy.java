package org.polykern.jail.rule;

import static org.polykern.jail.rule.ArgumentTest.anyBit;
import static org.polykern.jail.rule.ArgumentTest.masked;
import static org.polykern.jail.rule.ArgumentTest.word;
import static org.polykern.jail.rule.ArgumentTest.wordIsNot;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules that hold under every policy: what no language needs and exploits do. A policy may lift
 * single ones, except the firm rules, because without those the jail itself could be left.
 */
public final class BuiltInPolicy {
  private static final CallAction EPERM = CallAction.refuse(Errno.EPERM);
  private static final CallAction ENOSYS = CallAction.refuse(Errno.ENOSYS);
  private static final CallAction NO_FAMILY = CallAction.refuse(Errno.EAFNOSUPPORT);

  private static final long NEW_NAMESPACES = 0x7E02_0000L;
  private static final long CLONE_UNTRACED_OR_PTRACE = 0x0080_2000L;
  private static final long SET_ID_BITS = 06000;
  private static final long FILE_TYPE = 0170000;
  private static final long CHARACTER_DEVICE = 0020000;
  private static final long BLOCK_DEVICE = 0060000;
  private static final long NO_RANDOMISATION = 0x0004_0000L;

  private static final List<Row> FIRM = firm();
  private static final List<Row> LIFTABLE = liftable();

  private BuiltInPolicy() {}

  /** One line of the table: the same rule for several calls. */
  private record Row(String calls, CallAction action, String reason, List<ArgumentTest> tests) {
    Row(String calls, CallAction action, String reason, ArgumentTest... tests) {
      this(calls, action, reason, List.of(tests));
    }

    List<CallRule> rules() {
      List<CallRule> rules = new ArrayList<>();
      for (String call : calls.split(" ", -1)) {
        rules.add(new CallRule(call, tests, action, reason));
      }
      return rules;
    }
  }

  /**
   * The rules for a jail.
   *
   * @param allowDebug lifts ptrace where the tracer is another user, and one personality bit
   * @param lifted names of calls that the policy allows; firm rules stay
   */
  public static List<CallRule> rules(
      Containment containment, boolean allowDebug, Set<String> lifted) {
    List<CallRule> rules = new ArrayList<>();
    FIRM.forEach(row -> rules.addAll(row.rules()));
    if (!(allowDebug && containment instanceof Containment.Supervised)) {
      rules.addAll(
          new Row("ptrace", EPERM, "a traced program's tracer could be detached or fooled")
              .rules());
    }
    if (containment instanceof Containment.SameUser sameUser) {
      rules.addAll(SameUserRules.of(sameUser));
    }
    LIFTABLE.stream()
        .flatMap(row -> row.rules().stream())
        .filter(rule -> !lifted.contains(rule.call()))
        .forEach(rules::add);
    if (!lifted.contains("personality")) {
      rules.add(personality(allowDebug));
    }
    creation().stream().flatMap(row -> row.rules().stream()).forEach(rules::add);
    return List.copyOf(rules);
  }

  /** Calls of which the default policy refuses some or all uses, and a policy may lift that. */
  public static Set<String> liftableCalls() {
    Set<String> calls = new TreeSet<>(List.of("personality"));
    LIFTABLE.forEach(row -> row.rules().forEach(rule -> calls.add(rule.call())));
    return calls;
  }

  /** Calls of which every use is refused in the default policy, whatever the arguments. */
  public static Set<String> refusedCalls() {
    Set<String> calls = new TreeSet<>();
    for (CallRule rule : rules(new Containment.Supervised(), false, Set.of())) {
      if (rule.tests().isEmpty() && rule.action().denies()) {
        calls.add(rule.call());
      }
    }
    return calls;
  }

  /** Calls with a rule that no policy can lift. */
  public static Set<String> firmCalls() {
    Set<String> calls = new TreeSet<>(List.of("ptrace"));
    FIRM.forEach(row -> row.rules().forEach(rule -> calls.add(rule.call())));
    return calls;
  }

  private static List<Row> firm() {
    return List.of(
        new Row("clone3", ENOSYS, "its flags are in memory; C libraries fall back to clone"),
        new Row("clone", EPERM, "new namespaces give new privileges", anyBit(0, NEW_NAMESPACES)),
        new Row(
            "clone",
            EPERM,
            "the child would not be traced, or by somebody else",
            anyBit(0, CLONE_UNTRACED_OR_PTRACE)),
        new Row(
            "seccomp",
            EPERM,
            "a listener of the program's own would answer before the tracer",
            word(0, 1),
            anyBit(1, 8)));
  }

  private static List<Row> creation() {
    return List.of(new Row("clone fork vfork", CallAction.Plain.COUNT, "processes are counted"));
  }

  private static List<Row> liftable() {
    List<Row> rows = new ArrayList<>();
    rows.add(
        new Row(
            "unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig"
                + " fsmount fspick mount_setattr open_tree_attr",
            EPERM,
            "mounts and namespaces are the container's"));
    rows.add(
        new Row(
            "process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise migrate_pages"
                + " move_pages",
            EPERM,
            "memory and descriptors of other processes are theirs"));
    rows.add(
        new Row(
            "bpf perf_event_open userfaultfd",
            EPERM,
            "the answer of a kernel with these switched off; they mostly serve exploits"));
    rows.add(
        new Row(
            "io_uring_setup io_uring_enter io_uring_register",
            EPERM,
            "its operations go round every filter of calls"));
    rows.add(new Row("keyctl add_key request_key", EPERM, "keyrings are not namespaced"));
    rows.add(
        new Row(
            "name_to_handle_at open_by_handle_at",
            EPERM,
            "file handles lead out of the container"));
    rows.add(
        new Row(
            "init_module finit_module delete_module kexec_load kexec_file_load reboot swapon"
                + " swapoff acct quotactl quotactl_fd iopl ioperm settimeofday clock_settime"
                + " sethostname setdomainname syslog vhangup lookup_dcookie nfsservctl uselib"
                + " _sysctl fanotify_init",
            EPERM,
            "the machine is administered from outside"));
    addByArgument(rows);
    return List.copyOf(rows);
  }

  private static void addByArgument(List<Row> rows) {
    String rareFamily = "a socket family that only exploits and hypervisors use";
    rows.add(new Row("socket", NO_FAMILY, rareFamily, word(0, 40)));
    rows.add(new Row("socket", NO_FAMILY, rareFamily, word(0, 38)));
    rows.add(new Row("socket", NO_FAMILY, "raw packets of the whole network", word(0, 17)));
    rows.add(
        new Row(
            "socket",
            NO_FAMILY,
            "of netlink, name resolution needs 0, device libraries 15, RDMA 20",
            word(0, 16),
            wordIsNot(2, 0),
            wordIsNot(2, 15),
            wordIsNot(2, 20)));
    rows.add(new Row("ioctl", EPERM, "TIOCSTI types into the terminal", word(1, 0x5412)));
    rows.add(new Row("ioctl", EPERM, "TIOCLINUX pastes into the terminal", word(1, 0x541C)));
    String setId = "a set-user-id file would outlive the session";
    rows.add(new Row("chmod fchmod mknod", EPERM, setId, anyBit(1, SET_ID_BITS)));
    rows.add(new Row("fchmodat fchmodat2 mknodat", EPERM, setId, anyBit(2, SET_ID_BITS)));
    String device = "devices are given by the agent";
    for (long type : new long[] {CHARACTER_DEVICE, BLOCK_DEVICE}) {
      rows.add(new Row("mknod", EPERM, device, masked(1, FILE_TYPE, type)));
      rows.add(new Row("mknodat", EPERM, device, masked(2, FILE_TYPE, type)));
    }
  }

  private static CallRule personality(boolean allowDebug) {
    List<ArgumentTest> tests = new ArrayList<>();
    for (long harmless : new long[] {0, 8, 0x2_0000, 0x2_0008, 0xFFFF_FFFFL}) {
      tests.add(wordIsNot(0, harmless));
    }
    if (allowDebug) {
      tests.add(wordIsNot(0, NO_RANDOMISATION));
    }
    return new CallRule("personality", tests, EPERM, "other personalities switch protections off");
  }
}
