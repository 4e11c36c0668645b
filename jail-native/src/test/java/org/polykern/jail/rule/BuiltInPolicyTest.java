package org.polykern.jail.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;

/** The table of the specification, line by line. */
class BuiltInPolicyTest {
  private static final CallAction ALLOW = CallAction.Plain.ALLOW;
  private static final CallAction EPERM = CallAction.refuse(1);
  private static final Containment SUPERVISED = new Containment.Supervised();
  private static final Containment SAME_USER =
      new Containment.SameUser(List.of(1, 20, 30), List.of(1, 20));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unshare",
        "setns",
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "open_tree",
        "move_mount",
        "fsopen",
        "fsconfig",
        "fsmount",
        "fspick",
        "mount_setattr",
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "pidfd_getfd",
        "kcmp",
        "process_madvise",
        "migrate_pages",
        "move_pages",
        "bpf",
        "perf_event_open",
        "userfaultfd",
        "io_uring_setup",
        "io_uring_enter",
        "io_uring_register",
        "keyctl",
        "add_key",
        "request_key",
        "name_to_handle_at",
        "open_by_handle_at",
        "init_module",
        "finit_module",
        "delete_module",
        "kexec_load",
        "kexec_file_load",
        "reboot",
        "swapon",
        "swapoff",
        "acct",
        "quotactl",
        "quotactl_fd",
        "iopl",
        "ioperm",
        "settimeofday",
        "clock_settime",
        "sethostname",
        "setdomainname",
        "syslog",
        "vhangup",
        "lookup_dcookie",
        "nfsservctl",
        "uselib",
        "_sysctl",
        "fanotify_init"
      })
  void shouldRefuseWhateverTheArguments(String call) {
    for (Containment containment : List.of(SUPERVISED, SAME_USER)) {
      assertThat(judge(containment, call, 0, 0, 0)).isEqualTo(EPERM);
      assertThat(judge(containment, call, -1, -1, -1)).isEqualTo(EPERM);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x20000000",
    "0x20000",
    "0x40000000",
    "0x10000000",
    "0x8000000",
    "0x4000000",
    "0x2000000",
    "0x800000",
    "0x2000",
    "0x1020011"
  })
  void shouldRefuseToCloneWithFlagsThatLeaveTheJail(String flags) {
    assertThat(judge(SUPERVISED, "clone", Long.decode(flags))).isEqualTo(EPERM);
  }

  @Test
  void shouldCountOtherCreations() {
    assertThat(judge(SUPERVISED, "clone", 0x3d0f00)).isEqualTo(CallAction.Plain.COUNT);
    assertThat(judge(SUPERVISED, "fork")).isEqualTo(CallAction.Plain.COUNT);
    assertThat(judge(SUPERVISED, "vfork")).isEqualTo(CallAction.Plain.COUNT);
    assertThat(judge(SUPERVISED, "clone3")).isEqualTo(CallAction.refuse(Errno.ENOSYS));
  }

  @ParameterizedTest
  @CsvSource({
    "seccomp, 1, 8, 0, EPERM",
    "seccomp, 1, 9, 0, EPERM",
    "seccomp, 1, 1, 0, ALLOW",
    "seccomp, 2, 8, 0, ALLOW",
    "personality, 0, 0, 0, ALLOW",
    "personality, 8, 0, 0, ALLOW",
    "personality, 0x20000, 0, 0, ALLOW",
    "personality, 0x20008, 0, 0, ALLOW",
    "personality, 0xffffffff, 0, 0, ALLOW",
    "personality, 0x40000, 0, 0, EPERM",
    "personality, 0x400000, 0, 0, EPERM",
    "socket, 40, 1, 0, EAFNOSUPPORT",
    "socket, 38, 5, 0, EAFNOSUPPORT",
    "socket, 17, 3, 0, EAFNOSUPPORT",
    "socket, 0x100000011, 3, 0, EAFNOSUPPORT",
    "socket, 16, 3, 0, ALLOW",
    "socket, 16, 3, 15, ALLOW",
    "socket, 16, 3, 20, ALLOW",
    "socket, 16, 3, 12, EAFNOSUPPORT",
    "socket, 2, 1, 0, ALLOW",
    "ioctl, 0, 0x5412, 0, EPERM",
    "ioctl, 0, 0x100005412, 0, EPERM",
    "ioctl, 0, 0x541C, 0, EPERM",
    "ioctl, 0, 0x5413, 0, ALLOW",
    "chmod, 0, 04755, 0, EPERM",
    "chmod, 0, 02755, 0, EPERM",
    "chmod, 0, 0755, 0, ALLOW",
    "chmod, 0, 01777, 0, ALLOW",
    "fchmod, 0, 06000, 0, EPERM",
    "fchmodat, 0, 0, 04000, EPERM",
    "fchmodat2, 0, 0, 04000, EPERM",
    "fchmodat, 0, 04000, 0644, ALLOW",
    "mknod, 0, 0020644, 0, EPERM",
    "mknod, 0, 0060644, 0, EPERM",
    "mknod, 0, 0010644, 0, ALLOW",
    "mknod, 0, 0100644, 0, ALLOW",
    "mknodat, 0, 0, 0060600, EPERM",
    "mknodat, 0, 0, 0140600, ALLOW"
  })
  void shouldTestRegisters(String call, String first, String second, String third, String answer) {
    CallAction expected =
        answer.equals("ALLOW") ? ALLOW : CallAction.refuse(Errno.number(answer).orElseThrow());
    long[] arguments = {Long.decode(first), Long.decode(second), Long.decode(third)};
    assertThat(judge(SUPERVISED, call, arguments)).isEqualTo(expected);
    assertThat(judge(SAME_USER, call, arguments)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "fcntl, 3, 10, 9, EPERM",
    "fcntl, 3, 10, 0, ALLOW",
    "fcntl, 3, 10, 29, ALLOW",
    "fcntl, 3, 8, 20, EPERM",
    "fcntl, 3, 15, 20, EPERM",
    "fcntl, 3, 2, 1, ALLOW",
    "prlimit64, 20, 7, 0, EPERM",
    "prlimit64, 999, 7, 0, EPERM",
    "prlimit64, 0, 7, 0, ALLOW",
    "sched_setaffinity, 30, 8, 0, EPERM",
    "sched_setaffinity, 31, 8, 0, ALLOW",
    "sched_setscheduler, 20, 0, 0, EPERM",
    "sched_setparam, 20, 0, 0, EPERM",
    "sched_setattr, 20, 0, 0, EPERM",
    "setpriority, 0, 20, 19, EPERM",
    "setpriority, 0, 21, 19, ALLOW",
    "setpriority, 1, 20, 19, EPERM",
    "setpriority, 2, 1000, 19, EPERM",
    "ioprio_set, 1, 30, 0, EPERM",
    "ioprio_set, 3, 1000, 0, EPERM",
    "kill, 20, 9, 0, EPERM",
    "kill, 1, 15, 0, EPERM",
    "kill, -1, 9, 0, EPERM",
    "kill, -20, 9, 0, EPERM",
    "kill, -30, 9, 0, ALLOW",
    "kill, 31, 9, 0, ALLOW",
    "kill, 0, 9, 0, ALLOW",
    "tkill, 30, 9, 0, EPERM",
    "tgkill, 20, 20, 9, EPERM",
    "tgkill, 31, 30, 9, EPERM",
    "tgkill, 31, 31, 9, ALLOW",
    "rt_sigqueueinfo, 20, 9, 0, EPERM",
    "rt_tgsigqueueinfo, 31, 20, 9, EPERM",
    "pidfd_open, 20, 0, 0, EPERM",
    "pidfd_open, 31, 0, 0, ALLOW",
    "pidfd_send_signal, 5, 9, 0, EPERM"
  })
  void shouldProtectTheRunnerWhereItIsTheSameUser(
      String call, long first, long second, long third, String answer) {
    assertThat(judge(SAME_USER, call, first, second, third))
        .isEqualTo(answer.equals("ALLOW") ? ALLOW : EPERM);
    assertThat(judge(SUPERVISED, call, first, second, third)).isEqualTo(ALLOW);
  }

  @Test
  void shouldLiftPtraceOnlyWhereTheTracerIsAnotherUser() {
    assertThat(BuiltInPolicy.rules(SUPERVISED, true, Set.of()))
        .noneMatch(rule -> rule.call().equals("ptrace"));
    assertThat(BuiltInPolicy.rules(SAME_USER, true, Set.of()))
        .anyMatch(rule -> rule.call().equals("ptrace"));
  }

  @Test
  void shouldLiftOneCallAndKeepFirmRules() {
    Set<String> lifted = Set.of("perf_event_open", "clone3", "clone", "seccomp", "ptrace");
    List<String> refused =
        BuiltInPolicy.rules(SUPERVISED, false, lifted).stream()
            .filter(rule -> rule.action().denies())
            .map(CallRule::call)
            .toList();
    assertThat(refused).contains("clone3", "clone", "seccomp", "ptrace", "bpf");
    assertThat(refused).doesNotContain("perf_event_open");
  }

  @Test
  void shouldAnswerNumbersThatAreNoCalls() {
    PolicyInterpreter interpreter =
        new PolicyInterpreter(Policy.DEFAULT, DrawnPolicies.TABLE, SUPERVISED);
    CallAction missing = CallAction.refuse(Errno.ENOSYS);
    assertThat(interpreter.judge(-1, new long[6]).action()).isEqualTo(ALLOW);
    assertThat(interpreter.judge(0x40000000 | 110, new long[6]).action()).isEqualTo(missing);
    assertThat(interpreter.judge(999, new long[6]).action()).isEqualTo(missing);
    assertThat(interpreter.judge(DrawnPolicies.TABLE.highest(), new long[6]).action())
        .isEqualTo(ALLOW);
  }

  @Test
  void shouldSayWhyForEveryRule() {
    for (Containment containment : List.of(SUPERVISED, SAME_USER)) {
      assertThat(BuiltInPolicy.rules(containment, false, Set.of()))
          .allSatisfy(rule -> assertThat(rule.reason()).hasSizeGreaterThan(10));
    }
  }

  @Test
  void shouldNameCallsThatSomeArchitectureHas() {
    Set<String> goneEverywhere = Set.of();
    for (CallRule rule : BuiltInPolicy.rules(SAME_USER, false, Set.of())) {
      boolean known =
          SyscallTable.of(Architecture.X86_64).names().contains(rule.call())
              || SyscallTable.of(Architecture.AARCH64).names().contains(rule.call());
      assertThat(known || goneEverywhere.contains(rule.call())).as(rule.call()).isTrue();
    }
  }

  private static CallAction judge(Containment containment, String call, long... arguments) {
    long[] registers = java.util.Arrays.copyOf(arguments, 6);
    return new PolicyInterpreter(Policy.DEFAULT, DrawnPolicies.TABLE, containment)
        .judge(DrawnPolicies.TABLE.number(call).orElseThrow(), registers)
        .action();
  }
}
