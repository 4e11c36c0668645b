package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules;
import org.polykern.jail.rule.PathRules.Beneath;
import org.polykern.jail.rule.Policy;

class PolicyFileTest {
  /** As in images: every key, null lists, calls that only other kernels have. */
  private static final String PUBLISHED =
      """
      whitelist_paths:
        OP_OPEN: ["*"]
        OP_ACCESS: ["*"]
        OP_EXEC: ["*"]
        OP_STAT: ["*"]
        OP_CHMOD: ["/home/work/*", "/tmp/*"]
      exec_allowance: -1
      fork_allowance: -1
      max_child_procs: 32
      extra_envs: ["LANG=C.UTF-8", "OPTIONS=a=b"]
      preserved_env_keys: [HOME, PATH, MPLCONFIGDIR]
      diff_to_default: true
      traced_syscalls:
      allowed_syscalls:
        - umask
        - setsid
        - _llseek32_of_another_machine
      """;

  @Test
  void shouldReadWhatImagesCarry() throws PolicyException {
    PolicyFile.Loaded loaded = PolicyFile.read("/etc/backend.ai/jail/policy.yml", PUBLISHED);
    Policy policy = loaded.policy();
    assertThat(policy.name()).isEqualTo("policy");
    assertThat(policy.limits().processes()).isEqualTo(32);
    assertThat(policy.limits().threads()).isEqualTo(Limits.DEFAULT.threads());
    assertThat(policy.paths()).isEqualTo(PathRules.EVERYTHING);
    assertThat(policy.unlisted()).isEqualTo(CallAction.Plain.ALLOW);
    assertThat(policy.environment().set())
        .containsEntry("LANG", "C.UTF-8")
        .containsEntry("OPTIONS", "a=b");
    assertThat(policy.environment().keepAll()).isFalse();
    assertThat(policy.environment().keep()).contains("MPLCONFIGDIR", "LD_PRELOAD");
    assertThat(loaded.warnings()).hasSize(1);
    assertThat(loaded.warnings().getFirst().line()).isEqualTo(17);
    assertThat(loaded.warnings().getFirst().sentence()).contains("_llseek32_of_another_machine");
  }

  @Test
  void shouldReadTheOtherSpellingOfOperations() throws PolicyException {
    Policy policy =
        PolicyFile.read(
                "p.yml",
                """
                whitelist_paths:
                  OpOpen: ["/usr/*", "/etc/passwd"]
                  OpExec: ["/usr/bin/*"]
                  OpChmod:
                """)
            .policy();
    assertThat(policy.paths().read()).isEqualTo(Beneath.of(List.of("/usr", "/etc/passwd")));
    assertThat(policy.paths().write()).isEqualTo(policy.paths().read());
    assertThat(policy.paths().execute()).isEqualTo(Beneath.of(List.of("/usr/bin")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "null\n", "{}\n", "traced_syscalls:\n"})
  void shouldTakeAnEmptyFileAsTheDefault(String text) throws PolicyException {
    Policy policy = PolicyFile.read("default.yml", text).policy();
    assertThat(policy).isEqualTo(Policy.DEFAULT);
  }

  @Test
  void shouldTakeACompleteListOfAnImageAtItsWord() throws PolicyException {
    PolicyFile.Loaded loaded =
        PolicyFile.read("p.yml", "allowed_syscalls: [read, write, mount]\nmystery: 1\n");
    assertThat(loaded.policy().unlisted()).isEqualTo(CallAction.refuse(1));
    assertThat(loaded.policy().allowed()).contains("read", "openat", "rseq");
    assertThat(loaded.policy().lifted()).isEmpty();
    assertThat(loaded.warnings())
        .extracting(PolicyException.Problem::sentence)
        .anyMatch(sentence -> sentence.contains("mount"))
        .anyMatch(sentence -> sentence.contains("mystery"));
  }

  @Test
  void shouldReadEveryKeyOfOurs() throws PolicyException {
    Policy policy =
        PolicyFile.read(
                "any.yml",
                """
                version: polykern/1
                name: course
                allow_debug: yes
                report: false
                errno: EACCES
                unlisted_syscalls: refuse
                allowed_syscalls: [read, write]
                lifted_syscalls: [perf_event_open]
                refused_syscalls:
                  - sync
                  - syscall: [socket, socketpair]
                    errno: 97
                    reason: no network
                    when:
                      - {argument: 0, not_equals: 1}
                      - {argument: 1, mask: 0xf, equals: 2}
                  - {syscall: acct, action: kill}
                  - {syscall: lseek, when: [{argument: 1, width: 64, above: 0x100000000}]}
                traced_syscalls: [connect]
                logged_syscalls: [bind]
                limits: {processes: 8, threads: 99, program_starts: 5, nofile: 256, cpu: -1}
                paths:
                  read: [/usr/*, /lib]
                  write: [/home/work/, /tmp/../tmp/x]
                  execute: [/usr/bin/*]
                environment:
                  keep: [HOME, LC_*]
                  deny: [SECRET_*]
                  set: {LANG: C.UTF-8}
                cwd: /home/work
                """)
            .policy();
    CallAction eacces = CallAction.refuse(13);
    List<ArgumentTest> tests = List.of(ArgumentTest.wordIsNot(0, 1), ArgumentTest.masked(1, 15, 2));
    assertThat(policy.name()).isEqualTo("course");
    assertThat(policy.allowDebug()).isTrue();
    assertThat(policy.report()).isFalse();
    assertThat(policy.unlisted()).isEqualTo(eacces);
    assertThat(policy.allowed()).containsExactlyInAnyOrder("read", "write");
    assertThat(policy.lifted()).containsExactly("perf_event_open");
    assertThat(policy.rules())
        .containsExactly(
            new CallRule("sync", List.of(), eacces, ""),
            new CallRule("socket", tests, CallAction.refuse(97), "no network"),
            new CallRule("socketpair", tests, CallAction.refuse(97), "no network"),
            new CallRule("acct", List.of(), CallAction.Plain.KILL, ""),
            new CallRule(
                "lseek",
                List.of(
                    new ArgumentTest(
                        1,
                        ArgumentTest.Width.LONG,
                        ArgumentTest.Comparison.ABOVE,
                        0x100000000L,
                        0)),
                eacces,
                ""),
            new CallRule("connect", List.of(), CallAction.Plain.ASK, ""),
            new CallRule("bind", List.of(), CallAction.Plain.LOG, ""));
    assertThat(policy.limits().processes()).isEqualTo(8);
    assertThat(policy.limits().threads()).isEqualTo(99);
    assertThat(policy.limits().programStarts()).isEqualTo(5);
    assertThat(policy.limits().resources())
        .containsEntry(Limits.Resource.NOFILE, 256L)
        .containsEntry(Limits.Resource.CPU, -1L)
        .containsEntry(Limits.Resource.CORE, 0L);
    assertThat(policy.paths().read().paths())
        .containsExactly("/usr", "/lib", "/home/work", "/tmp/x");
    assertThat(policy.paths().write().paths()).containsExactly("/home/work", "/tmp/x");
    assertThat(policy.paths().execute().paths()).containsExactly("/usr/bin");
    assertThat(policy.environment())
        .isEqualTo(
            new EnvironmentRules(
                false,
                List.of("HOME", "LC_*"),
                List.of("LD_AUDIT", "LD_PROFILE", "GCONV_PATH", "POLYKERN_*", "SECRET_*"),
                java.util.Map.of("LANG", "C.UTF-8")));
    assertThat(policy.workingDirectory()).isEqualTo("/home/work");
  }

  @Test
  void shouldNameEveryErrorAtOnceWithItsLineAndTheNearestName() {
    PolicyException e =
        refused(
            """
            version: polykern/1
            refused_syscals: [mount]
            refused_syscalls:
              - conect
              - syscall: socket
                errno: EPREM
              - helicopter_landing
            limits:
              proceses: 5
            cwd: home/work
            """);
    assertThat(e.problems())
        .extracting(problem -> problem.line() + " " + problem.sentence())
        .containsExactly(
            "2 Expected a key, but 'refused_syscals' is unknown: did you mean 'refused_syscalls'?",
            "4 Expected the name of a system call, but 'conect' is unknown: did you mean 'connect'?",
            "6 Expected the name of an error, but 'EPREM' is unknown: did you mean 'EPERM'?",
            "7 Expected the name of a system call, but 'helicopter_landing' is unknown: nothing is"
                + " called like it.",
            "9 Expected a key, but 'proceses' is unknown: did you mean 'processes'?",
            "10 Expected an absolute path, but it is 'home/work'.");
    assertThat(e.getMessage()).startsWith("bad.yml:2: Expected a key, but 'refused_syscals'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unlisted_syscalls: refuse\\nallowed_syscalls: [sync]\\nrefused_syscalls: [sync]|4|either"
            + " refused or allowed",
        "lifted_syscalls: [bpf]\\nrefused_syscalls: [bpf]|3|either refused or lifted",
        "unlisted_syscalls: refuse\\nallowed_syscalls: [mount]|3|add it to 'lifted_syscalls'",
        "unlisted_syscalls: refuse\\nallowed_syscalls: [ptrace]|3|use 'allow_debug'",
        "allowed_syscalls: [sync]|2|has no effect",
        "lifted_syscalls: [clone3]|2|cannot: leave it out",
        "lifted_syscalls: [read]|2|does not refuse read",
        "refused_syscalls: [sync, sync]|2|refused altogether in line 2",
        "refused_syscalls: [sync]\\ntraced_syscalls: [sync]|3|is decided in line 2",
        "traced_syscalls: [sync]\\nlogged_syscalls: [sync]|3|is decided in line 2",
        "max_child_procs: 5\\nlimits: {processes: 6}|3|either 'processes' or 'max_child_procs'",
        "exec_allowance: 5\\nlimits: {program_starts: 6}|3|there are both",
        "whitelist_paths: {OP_OPEN: ['*']}\\npaths: {read: [/usr], write: [/tmp]}|3|there are both",
        "whitelist_paths: {OP_OPEN: ['*'], OpOpen: ['*']}|2|both spellings",
        "preserved_env_keys: [HOME]\\nenvironment: {keep: [PATH]}|3|there are both",
        "environment: {keep: [HOME], deny: [HOME]}|2|both kept and denied",
        "environment: {set: {LD_AUDIT: x}}|2|names that are not denied",
        "extra_envs: [A=1]\\nenvironment: {set: {A: 2}}|3|one value of A",
        "diff_to_default: true|2|no 'diff_to_default'",
        "fork_allowance: 9\\nlimits: {creations: 9}|3|there are both",
        "paths: {read: [/usr]}|2|Expected 'write' beside 'read'",
        "paths: {execute: ['/usr/bin/py*']}|2|trees and files, not patterns",
        "whitelist_paths: {OP_EXEC: []}|2|no program could be started",
        "whitelist_paths: {OP_STAT: [/usr/*]}|2|cannot enforce",
        "limits: {processes: 0}|2|no program could start",
        "limits: {processes: -2}|2|from -1",
        "limits: {threads: 18446744073709551615}|2|from -1",
        "name: 'a b'|2|letters, digits",
        "name: x\\nname: y|3|also in line 2",
        "report: maybe|2|true or false",
        "errno: 5000|2|from 1 to 4095",
        "environment: [HOME]|2|to be a map",
        "refused_syscalls: {mount: yes}|2|to be a list",
        "refused_syscalls: [[mount]]|2|to be text",
        "refused_syscalls: [{syscall: sync, when: [{argument: 6, equals: 1}]}]|2|from 0 to 5",
        "refused_syscalls: [{syscall: sync, when: [{equals: 1}]}]|2|'argument'",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1}]}]|2|exactly one of",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1, equals: 1, above: 0}]}]|2|exactly",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1, equals: 0x1ffffffff}]}]|2|width: 64",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1, mask: 1, equals: 2}]}]|2|never match",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1, mask: 1, above: 2}]}]|2|only beside",
        "refused_syscalls: [{syscall: sync, when: [{argument: 1, equals: 1}, {argument: 1, equals:"
            + " 2}]}]|2|a call can pass",
        "refused_syscalls: [{syscall: sync, when: []}]|2|leave it out",
        "refused_syscalls: [{syscall: sync, action: kill, errno: EPERM}]|2|a killed process",
        "refused_syscalls: [{syscall: sync, action: destroy}]|2|known are kill, refuse",
        "refused_syscalls: [{errno: EPERM}]|2|'syscall'",
        "? [a]\\n: b|2|a name as key"
      })
  void shouldRefuseWhatContradictsItself(String lines, int line, String part) {
    PolicyException e = refused("version: polykern/1\n" + lines.replace("\\n", "\n"));
    assertThat(e.problems())
        .anySatisfy(problem -> {
          assertThat(problem.sentence()).contains(part);
          assertThat(problem.line()).isEqualTo(line);
        });
  }

  @Test
  void shouldRefuseAVersionOfTheFuture() {
    assertThat(refused("version: polykern/2\n").problems().getFirst().sentence())
        .isEqualTo("Expected version 'polykern/1', but it is 'polykern/2'.");
  }

  @Test
  void shouldNotTakeAFileOfOursForAPublishedOne() {
    assertThat(refused("verison: polykern/1\nrefused_syscalls: [connect]\n").problems().getFirst())
        .hasToString(
            "bad.yml:2: Expected 'version: polykern/1' in a file with the key 'refused_syscalls',"
                + " but there is no version: add it.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [1, 2|1",
        "a: 1\\n b: 2|2",
        "- x|1",
        "text|1",
        "a: 1\\n---\\nb: 2|2",
        "a: *nobody|1",
        "a: 'x\\u0001'|1",
        "a: {}\\nb: ]|2"
      })
  void shouldSayInWhichLineItIsNoYaml(String text, int line) {
    String real = text.replace("\\n", "\n").replace("\\u0001", "\u0001");
    assertThat(refused(real).problems().getFirst().line()).isEqualTo(line);
  }

  @Test
  void shouldRefuseYamlThatGrowsWhenRead() {
    StringBuilder text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char c = 'b'; c < 'p'; c++) {
      char before = (char) (c - 1);
      text.append("%c: &%c [*%c, *%c, *%c, *%c]\n".formatted(c, c, before, before, before, before));
    }
    text.append("allowed_syscalls: *o\n");
    assertThat(refused(text.toString()).problems()).isNotEmpty();
    assertThat(refused("a: " + "[".repeat(5000)).problems()).isNotEmpty();
  }

  @Test
  void shouldRefuseBytesThatAreNoText(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("p.yml");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> PolicyFile.read(file))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining(":1: Expected UTF-8");
  }

  @Test
  void shouldBeginWithWhatTheExtendedPolicyHas() throws PolicyException {
    Policy base = ShippedPolicies.named("language").orElseThrow();
    assertThat(ours("extends: language\n")).isEqualTo(base.called("own"));
    Policy own =
        ours(
            """
            extends: language
            refused_syscalls:
              - {syscall: [connect, sync], errno: EACCES}
            allowed_syscalls: [vmsplice]
            lifted_syscalls: [bpf, io_uring_setup]
            limits: {threads: 9, nofile: 50}
            environment: {deny: [LSAN_*], set: {A: b}}
            paths: {write: [/tmp]}
            """);
    assertThat(own.rules().getFirst().call()).isEqualTo("connect");
    assertThat(own.rules().subList(2, own.rules().size()))
        .isEqualTo(
            base.rules().stream()
                .filter(rule -> !Set.of("vmsplice", "io_uring_setup").contains(rule.call()))
                .toList());
    assertThat(own.unlisted()).isEqualTo(base.unlisted());
    assertThat(own.allowed()).containsAll(base.allowed()).contains("vmsplice");
    assertThat(own.passesUnlisted("bpf")).isTrue();
    assertThat(own.lifted()).containsExactlyInAnyOrder("bpf", "io_uring_setup");
    assertThat(own.limits().threads()).isEqualTo(9);
    assertThat(own.limits().processes()).isEqualTo(base.limits().processes());
    assertThat(own.limits().resources())
        .isEqualTo(Map.of(Limits.Resource.CORE, 0L, Limits.Resource.NOFILE, 50L));
    assertThat(own.environment().set()).isEqualTo(Map.of("A", "b"));
    assertThat(own.environment().deny()).contains("LSAN_*", "POLYKERN_*");
    assertThat(own.paths().write().paths()).containsExactly("/tmp");
    assertThat(own.paths().read()).isEqualTo(Beneath.EVERYTHING);
  }

  @Test
  void shouldLetAFileTakeBackWhatItExtends() throws PolicyException {
    Policy open = ours("extends: language\nunlisted_syscalls: allow\nreport: false\n");
    assertThat(open.unlisted()).isEqualTo(CallAction.Plain.ALLOW);
    assertThat(open.allowed()).isEmpty();
    assertThat(open.report()).isFalse();
    assertThat(ours("extends: language\nerrno: EACCES\n").unlisted())
        .isEqualTo(CallAction.refuse(13));
    Policy narrow =
        ours("extends: language\nenvironment: {keep: [HOME], set: {LSAN_OPTIONS: x}}\n");
    assertThat(narrow.environment().keep()).containsExactly("HOME");
    assertThat(narrow.environment().set()).isEqualTo(Map.of("LSAN_OPTIONS", "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "extends: langauge|Expected the name of a shipped policy, but 'langauge' is unknown: did you"
            + " mean 'language'?",
        "extends: ../language|Expected the name of a shipped policy, but '../language' is unknown:"
            + " did you mean 'language'?",
        "extends:|Expected the name of a shipped policy, but there is none.",
        "extends: [language]|Expected 'extends' to be text, but it is a list.",
        "extends: own|Expected the name of a shipped policy, but 'own' is unknown: known are"
            + " default, deny-net, language.",
        "extends: deny-net|Expected a policy that extends no other, but 'deny-net' extends"
            + " 'language': extend that one."
      })
  void shouldRefuseToExtendWhatIsNoBase(String line, String sentence) {
    assertThat(refused("version: polykern/1\nname: own\n" + line + "\n").problems())
        .containsExactly(new PolicyException.Problem("bad.yml", 3, sentence));
  }

  @Test
  void shouldNotLetPublishedFilesExtend() {
    assertThat(refused("extends: language\n")).hasMessageContaining("version: polykern/1");
  }

  private static Policy ours(String text) throws PolicyException {
    return PolicyFile.read("own.yml", "version: polykern/1\n" + text).policy();
  }

  private static PolicyException refused(String text) {
    PolicyException e =
        catchThrowableOfType(PolicyException.class, () -> PolicyFile.read("bad.yml", text));
    assertThat(e).as("accepted: %s", text).isNotNull();
    return e;
  }
}
