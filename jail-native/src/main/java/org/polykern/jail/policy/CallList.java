package org.polykern.jail.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.ArgumentTest.Comparison;
import org.polykern.jail.rule.ArgumentTest.Width;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Errno;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the lists of rules of a file of ours: calls, which of their uses, and what then happens.
 */
final class CallList {
  /** A rule and where it is. */
  record Placed(CallRule rule, int line) {}

  private static final Set<String> ENTRY = Set.of("syscall", "when", "reason");
  private static final Set<String> REFUSAL = Set.of("syscall", "when", "reason", "errno", "action");

  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "equals", Comparison.EQUAL,
          "not_equals", Comparison.NOT_EQUAL,
          "any_bit", Comparison.ANY_BIT,
          "above", Comparison.ABOVE,
          "below", Comparison.BELOW);

  private static final Set<String> TEST_KEYS = testKeys();

  private final Findings findings;

  CallList(Findings findings) {
    this.findings = findings;
  }

  /** Rules that refuse, each with its own errno or {@code errno}. */
  List<Placed> refusals(Fields top, String key, int errno) {
    return read(top, key, REFUSAL, fields -> refusal(fields, errno), CallAction.refuse(errno));
  }

  /** Rules that end in {@code action}. */
  List<Placed> others(Fields top, String key, CallAction action) {
    return read(top, key, ENTRY, fields -> action, action);
  }

  private List<Placed> read(
      Fields top,
      String key,
      Set<String> known,
      java.util.function.Function<Fields, CallAction> action,
      CallAction plain) {
    List<Placed> rules = new ArrayList<>();
    for (Node node : top.nodes(key)) {
      if (node instanceof MappingNode) {
        Fields fields = Fields.of(node, "an entry of '" + key + "'", findings).only(known);
        entry(fields, action.apply(fields), rules);
      } else {
        Fields.text(node, "an entry of '" + key + "'", findings)
            .filter(name -> CallNames.check(name, findings))
            .ifPresent(name ->
                rules.add(
                    new Placed(new CallRule(name.text(), List.of(), plain, ""), name.line())));
      }
    }
    return rules;
  }

  private void entry(Fields fields, CallAction action, List<Placed> rules) {
    List<ArgumentTest> tests = new ArrayList<>();
    for (Node node : fields.nodes("when")) {
      test(Fields.of(node, "a test", findings)).ifPresent(tests::add);
    }
    contradiction(tests).ifPresent(sentence -> findings.error(fields.line("when"), sentence));
    if (fields.has("when") && fields.nodes("when").isEmpty()) {
      findings.error(
          fields.line("when"), "Expected tests under 'when', but there are none: leave it out.");
    }
    String reason = fields.text("reason").map(Fields.Text::text).orElse("");
    List<Fields.Text> names = fields.texts("syscall");
    if (names.isEmpty()) {
      findings.error(fields.line(), "Expected the key 'syscall' with a name, but it is missing.");
    }
    for (Fields.Text name : names) {
      if (CallNames.check(name, findings)) {
        rules.add(new Placed(new CallRule(name.text(), tests, action, reason), name.line()));
      }
    }
  }

  private CallAction refusal(Fields fields, int errno) {
    String action = fields.text("action").map(Fields.Text::text).orElse("refuse");
    if (action.equals("refuse")) {
      return CallAction.refuse(errno(fields, "errno", errno));
    }
    if (!action.equals("kill")) {
      findings.error(
          fields.line("action"), Fields.unknown("an action", action, Set.of("refuse", "kill")));
    } else if (fields.has("errno")) {
      findings.error(
          fields.line("errno"),
          "Expected no errno where the action is 'kill', but there is one: a killed process sees"
              + " none.");
    }
    return CallAction.Plain.KILL;
  }

  /** The error under {@code key}, by name or number. */
  int errno(Fields fields, String key, int otherwise) {
    Optional<Fields.Text> text = fields.text(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    OptionalInt byName = Errno.number(text.get().text());
    if (byName.isPresent()) {
      return byName.getAsInt();
    }
    if (!text.get().text().isEmpty() && Character.isDigit(text.get().text().charAt(0))) {
      return (int) fields.number(key, 1, 4095).orElse(otherwise);
    }
    findings.error(
        text.get().line(),
        Fields.unknown("the name of an error", text.get().text(), Errno.names()));
    return otherwise;
  }

  private Optional<ArgumentTest> test(Fields fields) {
    fields.only(TEST_KEYS);
    OptionalLong index = fields.number("argument", 0, 5);
    if (!fields.has("argument")) {
      findings.error(
          fields.line(), "Expected the key 'argument' from 0 to 5 in a test, but it is missing.");
    }
    long bits = fields.number("width", 32, 64).orElse(32);
    if (bits != 32 && bits != 64) {
      findings.error(fields.line("width"), "Expected a width of 32 or 64, but it is " + bits + ".");
    }
    Width width = bits == 64 ? Width.LONG : Width.WORD;
    List<String> comparisons = COMPARISONS.keySet().stream().filter(fields::has).sorted().toList();
    if (comparisons.size() != 1) {
      findings.error(
          fields.line(),
          "Expected exactly one of %s in a test, but there are %s."
              .formatted(new TreeSet<>(COMPARISONS.keySet()), comparisons));
      return Optional.empty();
    }
    String word = comparisons.getFirst();
    OptionalLong value = fields.number(word, Long.MIN_VALUE, Long.MAX_VALUE);
    if (index.isEmpty() || value.isEmpty()) {
      return Optional.empty();
    }
    return test(fields, (int) index.getAsLong(), width, word, value.getAsLong());
  }

  private Optional<ArgumentTest> test(
      Fields fields, int index, Width width, String word, long value) {
    if (width == Width.WORD && value != (int) value && value >>> 32 != 0) {
      findings.error(
          fields.line(word),
          "Expected a value of 32 bits, but 0x%x has more: add 'width: 64'.".formatted(value));
      return Optional.empty();
    }
    if (word.equals("any_bit")) {
      return Optional.of(new ArgumentTest(index, width, Comparison.ANY_BIT, 0, value));
    }
    if (!fields.has("mask")) {
      return Optional.of(
          new ArgumentTest(
              index, width, COMPARISONS.getOrDefault(word, Comparison.EQUAL), value, 0));
    }
    OptionalLong mask = fields.number("mask", Long.MIN_VALUE, Long.MAX_VALUE);
    if (!word.equals("equals")) {
      findings.error(
          fields.line("mask"),
          "Expected 'mask' only beside 'equals', but it is beside '" + word + "'.");
      return Optional.empty();
    }
    if (mask.isPresent() && (value & ~mask.getAsLong()) != 0) {
      findings.error(
          fields.line(word),
          "Expected a value within its mask, but 0x%x has bits outside 0x%x and would never match."
              .formatted(value, mask.getAsLong()));
    }
    return mask.stream()
        .mapToObj(bits -> new ArgumentTest(index, width, Comparison.MASKED_EQUAL, value, bits))
        .findFirst();
  }

  /** Two tests of one argument that no call could pass together. */
  private static Optional<String> contradiction(List<ArgumentTest> tests) {
    Map<Integer, ArgumentTest> equal = new HashMap<>();
    for (ArgumentTest test : tests) {
      if (test.comparison() == Comparison.EQUAL) {
        equal.putIfAbsent(test.index(), test);
      }
    }
    for (ArgumentTest test : tests) {
      ArgumentTest fixed = equal.get(test.index());
      if (fixed != null) {
        long[] registers = new long[6];
        registers[test.index()] = fixed.value();
        if (fixed.width().bits() >= test.width().bits() && !test.matches(registers)) {
          return Optional.of(
              "Expected tests that a call can pass, but argument %d cannot equal 0x%x and pass the"
                      .formatted(test.index(), fixed.value())
                  + " other test too.");
        }
      }
    }
    return Optional.empty();
  }

  private static Set<String> testKeys() {
    Set<String> keys = new TreeSet<>(COMPARISONS.keySet());
    keys.addAll(Set.of("argument", "width", "mask"));
    return keys;
  }
}
