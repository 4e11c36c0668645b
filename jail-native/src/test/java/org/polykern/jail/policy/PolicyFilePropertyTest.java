package org.polykern.jail.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.DrawnPolicies;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules;
import org.polykern.jail.rule.PathRules.Beneath;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;

class PolicyFilePropertyTest {
  @Property(tries = 300)
  void shouldReadWhatItWrote(@ForAll("writable") Policy policy) throws PolicyException {
    String text = PolicyWriter.write(policy, List.of("drawn\nby a \u0007 test: - x"));
    PolicyFile.Loaded loaded = PolicyFile.read("other.yml", text);
    assertThat(loaded.policy()).as(text).isEqualTo(policy);
    assertThat(loaded.warnings()).isEmpty();
    assertThat(PolicyText.read(PolicyText.write(policy))).isEqualTo(policy);
  }

  /** A valid file with a few characters changed: a policy, or errors with lines, nothing else. */
  @Property(tries = 1000)
  void shouldAnswerAnyFileWithAPolicyOrLines(
      @ForAll("writable") Policy policy,
      @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 1 << 20) Integer> places,
      @ForAll("fragments") List<String> fragments) {
    StringBuilder text = new StringBuilder(PolicyWriter.write(policy, List.of()));
    for (int i = 0; i < places.size(); i++) {
      int at = places.get(i) % (text.length() + 1);
      int end = Math.min(text.length(), at + places.get(i) % 7);
      text.replace(at, end, fragments.get(i % fragments.size()));
    }
    answers(text.toString());
  }

  @Property(tries = 300)
  void shouldAnswerAnyTextWithAPolicyOrLines(@ForAll("fragments") List<String> fragments) {
    answers(String.join("", fragments));
  }

  static void answers(String text) {
    try {
      assertThat(PolicyFile.read("fuzzed.yml", text).policy()).isNotNull();
    } catch (PolicyException e) {
      assertThat(e.problems()).isNotEmpty();
      int lines =
          1 + (int) text.chars().filter(c -> "\n\r\u0085\u2028\u2029".indexOf(c) >= 0).count();
      assertThat(e.problems())
          .allSatisfy(problem -> assertThat(problem.line()).isBetween(1, lines))
          .allSatisfy(problem -> assertThat(problem.sentence()).startsWith("Expected"));
    }
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    Arbitrary<String> known =
        Arbitraries.of(
            "version: polykern/1\n",
            "\n",
            " ",
            "- ",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "<<: ",
            "!!binary ",
            "!!int ",
            "!!set ",
            "? ",
            "|\n",
            "'",
            "\"",
            "\\",
            "#",
            "---\n",
            "%YAML 9\n",
            "refused_syscalls:",
            "whitelist_paths:",
            "limits:",
            "syscall",
            "when",
            "argument",
            "0x",
            "-1",
            "99999999999999999999",
            "null",
            "~",
            "*",
            "/",
            "\t",
            "\0",
            "\uFEFF",
            "\u2028",
            "\uD83D",
            "environment:",
            "set:",
            "keep:",
            "paths:",
            "cwd: ",
            "extends: ",
            "language\n",
            "deny-net\n",
            "errno: ");
    return Arbitraries.oneOf(known, Arbitraries.strings().ofMaxLength(4))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  /** Policies without contradictions, in the order in which files list rules. */
  @Provide
  Arbitrary<Policy> writable() {
    Arbitrary<Set<String>> lifted =
        Arbitraries.of("bpf", "mount", "ioctl", "personality").set().ofMaxSize(3);
    Arbitrary<Set<String>> allowed =
        Arbitraries.of("read", "write", "getpid", "close").set().ofMaxSize(4);
    Arbitrary<Map<String, String>> set =
        Arbitraries.maps(Arbitraries.of("A", "B_1", "LANG", "no"), values()).ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.of(false, true),
            Arbitraries.integers().between(0, 200),
            lifted,
            allowed,
            rules(),
            paths(),
            limits(),
            set)
        .as(PolicyFilePropertyTest::policy);
  }

  private static Policy policy(
      boolean flag,
      int errno,
      Set<String> lifted,
      Set<String> allowed,
      List<CallRule> rules,
      PathRules paths,
      Limits limits,
      Map<String, String> set) {
    boolean refuses = errno > 0;
    List<String> deny = new ArrayList<>(EnvironmentRules.DENIED);
    if (flag) {
      deny.add("TOKEN_*");
    }
    return new Policy(
        flag ? "a.name" : "0",
        flag,
        refuses ? CallAction.refuse(errno) : CallAction.Plain.ALLOW,
        refuses ? allowed : Set.of(),
        lifted,
        rules,
        paths,
        limits,
        new EnvironmentRules(!flag, flag ? List.of("HOME", "LC_*") : List.of(), deny, set),
        flag ? "/home/work" : null,
        !flag);
  }

  private static Arbitrary<String> values() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8),
            Arbitraries.of("yes", "null", "", " ", "a=b", "0777", "\"\\", "é\uD83D\uDE00", "#x"))
        .filter(value -> value.indexOf('\0') < 0 && wellFormed(value));
  }

  private static boolean wellFormed(String text) {
    return text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
  }

  private static Arbitrary<List<CallRule>> rules() {
    Arbitrary<CallRule> rule =
        Combinators.combine(
                Arbitraries.of("socket", "connect", "openat", "sync", "bind", "kill"),
                tests(),
                Arbitraries.of(
                    CallAction.refuse(1),
                    CallAction.refuse(1000),
                    CallAction.Plain.KILL,
                    CallAction.Plain.ASK,
                    CallAction.Plain.LOG),
                Arbitraries.of("", "because: \"it\" - is"))
            .as(CallRule::new);
    return rule.list()
        .ofMaxSize(6)
        .map(drawn -> {
          List<CallRule> ordered = new ArrayList<>();
          drawn.stream().filter(r -> r.action().denies()).forEach(ordered::add);
          for (CallAction action : List.of(CallAction.Plain.ASK, CallAction.Plain.LOG)) {
            drawn.stream().filter(r -> r.action().equals(action)).forEach(ordered::add);
          }
          return ordered;
        });
  }

  /** Never empty, so that no rule makes a later one pointless. */
  private static Arbitrary<List<ArgumentTest>> tests() {
    return DrawnPolicies.tests()
        .map(PolicyFilePropertyTest::canonical)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .filter(
            tests -> tests.stream().map(ArgumentTest::index).distinct().count() == tests.size());
  }

  /** Without the fields that the comparison does not look at, and able to match. */
  private static ArgumentTest canonical(ArgumentTest test) {
    return switch (test.comparison()) {
      case ANY_BIT ->
          new ArgumentTest(test.index(), test.width(), test.comparison(), 0, test.mask());
      case MASKED_EQUAL ->
          new ArgumentTest(
              test.index(),
              test.width(),
              test.comparison(),
              test.value() & test.mask(),
              test.mask());
      default -> new ArgumentTest(test.index(), test.width(), test.comparison(), test.value(), 0);
    };
  }

  private static Arbitrary<PathRules> paths() {
    Beneath some = Beneath.of(List.of("/home/work", "/tmp/a \"b\"", "/o'c: #"));
    Beneath more = Beneath.of(List.of("/usr", "/home/work", "/tmp/a \"b\"", "/o'c: #"));
    return Arbitraries.of(
        PathRules.EVERYTHING,
        new PathRules(more, some, some),
        new PathRules(Beneath.EVERYTHING, some, Beneath.EVERYTHING),
        new PathRules(Beneath.EVERYTHING, Beneath.EVERYTHING, Beneath.of(List.of("/bin/true"))));
  }

  private static Arbitrary<Limits> limits() {
    Arbitrary<Long> count = Arbitraries.longs().between(1, 1L << 40).injectDuplicates(0.1);
    return Combinators.combine(count, count, Arbitraries.of(-1L, 1L, 900L), count)
        .as((processes, threads, starts, files) ->
            new Limits(
                processes,
                threads,
                starts,
                Math.max(-1, processes - 100),
                Map.of(Limits.Resource.CORE, 0L, Limits.Resource.NOFILE, files)));
  }
}
