package org.polykern.cli.jail;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.NearestName;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyInterpreter;
import org.polykern.jail.rule.PolicyInterpreter.Verdict;
import org.polykern.jail.rule.RuleCompiler;
import org.polykern.jail.rule.RuleCompiler.Purpose;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What would happen to a call, from the very filter that would decide it. */
@Command(
    name = "ask",
    description = {
      "Say what a policy does with a system call, and why.",
      "Arguments are numbers: decimal, hexadecimal (0x1f) or octal (0o755, 0755); those left out are"
          + " 0. The calls of this machine's architecture are meant, and a jail as this user would"
          + " make it."
    })
final class AskCommand implements Callable<Integer> {
  private static final int REGISTERS = 6;

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "FILE|NAME", description = "The policy.")
  private String policy = "";

  @Parameters(index = "1", paramLabel = "CALL", description = "Name of the system call.")
  private String call = "";

  @Parameters(index = "2..*", paramLabel = "ARG", description = "Its arguments, at most six.")
  private List<String> words = new ArrayList<>();

  AskCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws PolicyException {
    Policy rules = NamedPolicy.find(policy, terminal);
    SyscallTable table = SyscallTable.of(Architecture.current());
    int number = number(table);
    List<Long> arguments = arguments();
    Containment containment = Identity.current().containment();

    CallAction action = answer(rules, containment, number, arguments);
    Verdict verdict =
        new PolicyInterpreter(rules, table, containment).judge(number, registers(arguments));
    if (!verdict.action().equals(action)) {
      throw new IllegalStateException(
          "Expected filter and policy to agree, but they say %s and %s."
              .formatted(action, verdict.action()));
    }
    boolean starts = call.startsWith("execve");
    terminal
        .out()
        .println(
            "%s %s%s."
                .formatted(
                    call + "(" + String.join(", ", words) + ")",
                    CallWords.outcome(action, starts, rules.limits()),
                    verdict.reason().isEmpty() ? "" : ": " + verdict.reason()));
    explain(rules, containment, registers(arguments));
    return 0;
  }

  private int number(SyscallTable table) {
    OptionalInt number = table.number(call);
    return number.orElseThrow(() ->
        CommandProblem.usage(
            "Expected a system call of %s, but there is no '%s'.%s"
                .formatted(
                    table.architecture().label(),
                    call,
                    NearestName.of(call, table.names())
                        .map(name -> " Did you mean '" + name + "'?")
                        .orElse(""))));
  }

  private List<Long> arguments() {
    if (words.size() > REGISTERS) {
      throw CommandProblem.usage(
          "Expected at most six arguments, but there are " + words.size() + ".");
    }
    List<Long> arguments = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      arguments.add(CallWords.register(i, words.get(i)));
    }
    return arguments;
  }

  private static long[] registers(List<Long> arguments) {
    long[] registers = new long[REGISTERS];
    for (int i = 0; i < arguments.size(); i++) {
      registers[i] = arguments.get(i);
    }
    return registers;
  }

  private static CallAction answer(
      Policy rules, Containment containment, int number, List<Long> arguments) {
    byte[] filter = Filter.of(rules, containment, Purpose.ENFORCE);
    int architecture = Architecture.current().auditValue();
    return RuleCompiler.meaning(
        JailNative.evaluate(filter, architecture, number, 0, registers(arguments)));
  }

  /** All rules for the call, where its arguments matter. */
  private void explain(Policy policy, Containment containment, long[] registers) {
    List<CallRule> rules =
        policy.rulesFor(containment).stream().filter(rule -> rule.call().equals(call)).toList();
    if (rules.stream().allMatch(rule -> rule.tests().isEmpty())) {
      return;
    }
    terminal.out().println("Its rules, of which the first that holds counts:");
    boolean decided = false;
    for (CallRule rule : rules) {
      boolean decides = !decided && rule.matches(registers);
      decided |= decides;
      boolean starts = call.startsWith("execve");
      terminal
          .out()
          .println(
              "%s %s: %s%s"
                  .formatted(
                      decides ? "*" : " ",
                      CallWords.tests(rule),
                      CallWords.outcome(rule.action(), starts, policy.limits()),
                      rule.reason().isEmpty() ? "" : " (" + rule.reason() + ")"));
    }
    if (rules.stream().noneMatch(rule -> rule.tests().isEmpty())) {
      CallAction rest = policy.passesUnlisted(call) ? CallAction.Plain.ALLOW : policy.unlisted();
      terminal
          .out()
          .println(
              "%s otherwise: %s"
                  .formatted(decided ? " " : "*", CallWords.outcome(rest, false, policy.limits())));
    }
  }
}
