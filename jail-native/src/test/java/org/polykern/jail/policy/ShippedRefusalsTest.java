package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.BuiltInPolicy;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;

/** What the shipped filters answer, asked of the compiled programs as the kernel runs them. */
class ShippedRefusalsTest {
  private static final int RET_DATA = 0xFFFF;
  private static final int RET_ERRNO = 0x0005_0000;

  /** Calls that no shipped policy lets run, with registers where it depends on them. */
  static final List<String> REFUSED_BY_ALL =
      List.of(
          "EPERM ptrace",
          "EPERM process_vm_readv",
          "EPERM process_vm_writev",
          "EPERM pidfd_getfd",
          "EPERM kcmp",
          "EPERM process_madvise",
          "EPERM migrate_pages",
          "EPERM move_pages",
          "EPERM unshare",
          "EPERM setns",
          "EPERM mount",
          "EPERM umount2",
          "EPERM pivot_root",
          "EPERM chroot",
          "EPERM open_tree",
          "EPERM move_mount",
          "EPERM fsopen",
          "EPERM fsconfig",
          "EPERM fsmount",
          "EPERM fspick",
          "EPERM mount_setattr",
          "EPERM bpf",
          "EPERM perf_event_open",
          "EPERM userfaultfd",
          "EPERM keyctl",
          "EPERM add_key",
          "EPERM request_key",
          "EPERM name_to_handle_at",
          "EPERM open_by_handle_at",
          "EPERM init_module",
          "EPERM finit_module",
          "EPERM delete_module",
          "EPERM kexec_load",
          "EPERM kexec_file_load",
          "EPERM reboot",
          "EPERM swapon",
          "EPERM swapoff",
          "EPERM acct",
          "EPERM quotactl",
          "EPERM settimeofday",
          "EPERM clock_settime",
          "EPERM sethostname",
          "EPERM setdomainname",
          "EPERM syslog",
          "EPERM vhangup",
          "EPERM fanotify_init",
          "EPERM personality 0x40000",
          "EPERM ioctl 0 0x5412",
          "EPERM ioctl 0 0x541C",
          "EPERM seccomp 1 8",
          "EPERM clone 0x10000000",
          "EPERM clone 0x800000",
          "ENOSYS clone3",
          "EPERM chmod 0 06755",
          "EPERM mknodat 0 0 0060644");

  /** What language.yml, and what extends it, refuses besides. */
  static final List<String> REFUSED_TO_LANGUAGES =
      List.of(
          "EPERM adjtimex",
          "EPERM clock_adjtime",
          "EPERM process_mrelease",
          "EPERM fanotify_mark",
          "EPERM ioctl 0 0x5423",
          "ENOSYS io_uring_setup",
          "ENOSYS io_uring_enter",
          "ENOSYS io_uring_register",
          "ENOSYS memfd_secret",
          "ENOSYS cachestat",
          "ENOSYS vmsplice",
          "ENOSYS modify_ldt",
          "ENOSYS remap_file_pages",
          "ENOSYS futex_waitv",
          "ENOSYS statmount",
          "ENOSYS lsm_set_self_attr",
          "EPERM get_robust_list",
          "ENOSYS sysfs",
          "ENOSYS vserver",
          "EAFNOSUPPORT socketpair 30");

  static final List<String> SOCKETS_REFUSED =
      List.of(
          "EAFNOSUPPORT socket 31 3",
          "EAFNOSUPPORT socket 17 3",
          "EAFNOSUPPORT socket 38 5",
          "EAFNOSUPPORT socket 40 1",
          "EAFNOSUPPORT socket 44 3",
          "EAFNOSUPPORT socket 16 3 9",
          "ESOCKTNOSUPPORT socket 2 5",
          "ESOCKTNOSUPPORT socket 10 0x80805",
          "ESOCKTNOSUPPORT socket 2 6",
          "EPROTONOSUPPORT socket 2 1 132",
          "EPROTONOSUPPORT socket 10 2 115");

  static final List<String> RUN_IN_LANGUAGES =
      List.of(
          "socket 1 5",
          "socket 2 0x80801 6",
          "socket 10 2 17",
          "socket 2 2 1",
          "socket 2 1 262",
          "socket 16 3 0",
          "socketpair 1 1",
          "ioctl 0 0x5401",
          "seccomp 1 0",
          "chmod 0 0755",
          "mknod 0 0010644",
          "personality 0xFFFFFFFF",
          "memfd_create",
          "io_setup",
          "landlock_create_ruleset",
          "shmget",
          "mq_open",
          "inotify_init1",
          "mbind",
          "pkey_alloc",
          "openat2",
          "execveat",
          "sched_setscheduler");

  static Stream<Policy> all() {
    return ShippedPolicies.names().stream().map(name -> ShippedPolicies.named(name).orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldRefuseWhatNoLanguageNeedsInEveryPolicy(Policy policy) {
    assertAnswers(policy, REFUSED_BY_ALL);
  }

  @ParameterizedTest
  @FieldSource("EXTENDING")
  void shouldRefuseMoreToTheProgramsOfLanguages(String name) {
    assertAnswers(ShippedPolicies.named(name).orElseThrow(), REFUSED_TO_LANGUAGES);
  }

  static final List<String> EXTENDING = List.of("language", "deny-net");

  @Test
  void shouldAnswerForSocketsAsAKernelWithoutTheProtocol() {
    assertAnswers(ShippedPolicies.named("language").orElseThrow(), SOCKETS_REFUSED);
  }

  @Test
  void shouldLetOrdinaryCallsRun() {
    Policy policy = ShippedPolicies.named("language").orElseThrow();
    assertThat(RUN_IN_LANGUAGES)
        .allSatisfy(call -> assertThat(answers(policy, call)).containsOnly(Optional.empty()));
  }

  @Test
  void shouldAnswerForNewCallsAsAnOlderKernel() {
    Policy policy = ShippedPolicies.named("language").orElseThrow();
    for (Architecture architecture : Architecture.values()) {
      int next = SyscallTable.of(architecture).highest() + 1;
      assertThat(answer(policy, architecture, next, new long[6])).contains("ENOSYS");
      assertThat(answer(policy, architecture, 0x3000_0000, new long[6])).contains("ENOSYS");
    }
  }

  /** So that nobody has to guess whether a call was forgotten: each known one has a decision. */
  @Test
  void shouldDecideEveryCallThatItsListNames() {
    Policy policy = ShippedPolicies.named("language").orElseThrow();
    Set<String> decided = new TreeSet<>(policy.allowed());
    decided.addAll(BuiltInPolicy.refusedCalls());
    policy.rules().stream().map(CallRule::call).forEach(decided::add);
    decided.addAll(BuiltInPolicy.firmCalls());
    assertThat(SyscallTable.of(Architecture.AARCH64).names()).isSubsetOf(decided);
    assertThat(policy.rules()).allSatisfy(rule -> assertThat(rule.reason()).isNotBlank());
  }

  private static void assertAnswers(Policy policy, List<String> table) {
    assertThat(table)
        .allSatisfy(line -> {
          String[] words = line.split(" ", 2);
          assertThat(answers(policy, words[1])).isNotEmpty().containsOnly(Optional.of(words[0]));
        });
  }

  /** On each architecture that has the call: the error's name, or empty where it runs. */
  private static List<Optional<String>> answers(Policy policy, String call) {
    String[] words = call.split(" ", -1);
    long[] registers = new long[6];
    for (int i = 1; i < words.length; i++) {
      registers[i - 1] = Long.decode(words[i]);
    }
    List<Optional<String>> answers = new ArrayList<>();
    for (Architecture architecture : Architecture.values()) {
      OptionalInt number = SyscallTable.of(architecture).number(words[0]);
      if (number.isPresent()) {
        answers.add(answer(policy, architecture, number.getAsInt(), registers));
      }
    }
    return answers;
  }

  private static Optional<String> answer(
      Policy policy, Architecture architecture, int number, long[] registers) {
    long[] rules =
        RuleCompiler.compile(
            policy, SyscallTable.of(architecture), new Containment.Supervised(), Purpose.ENFORCE);
    int returned =
        JailNative.evaluate(
            JailNative.compile(architecture.auditValue(), rules),
            architecture.auditValue(),
            number,
            0,
            registers);
    return (returned & ~RET_DATA) == RET_ERRNO
        ? Optional.of(Errno.name(returned & RET_DATA))
        : Optional.empty();
  }
}
