package org.polykern.cli.jail;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The tree of {@code polykern jail}. */
public final class JailCommandLine {
  private JailCommandLine() {}

  @Command(
      name = "polykern jail",
      description = "Run programs under a policy, without a server.",
      footerHeading = "%nExit codes:%n",
      footer = {
        "  run, trace: the program's own, 128+n when signal n ended it; 125 when its jail",
        "    could not be made (a policy with errors, a kernel that cannot), 126 when it",
        "    could not be started, 127 when there is no such program",
        "  the others: 0 done, 1 a policy has errors",
        "  all: 2 wrong usage, such as a policy that does not exist",
        "",
        "A policy is a file, or the name of one that comes with Polykern ('show' lists",
        "them). A word without a slash and an ending means one of these first; NAME.yml",
        "means one where there is no such file. docs/jail-policy.md has the keys of",
        "policies and what guarantees which rule."
      })
  private static final class Root {}

  /** All its commands on the given terminal. */
  public static CommandLine create(Terminal terminal) {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand(new RunCommand(terminal))
        .addSubcommand(new TraceCommand(terminal))
        .addSubcommand(new CheckCommand(terminal))
        .addSubcommand(new AskCommand(terminal))
        .addSubcommand(new ShowCommand(terminal));
    root.getSubcommands().values().forEach(JailCommandLine::addHelp);
    addHelp(root);
    return root.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        // What follows the program's name is the program's.
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((e, args) -> explain(terminal, e))
        .setExecutionExceptionHandler((e, command, parsed) -> explain(terminal, e));
  }

  private static int explain(Terminal terminal, ParameterException e) {
    complain(terminal, String.valueOf(e.getMessage()));
    terminal
        .err()
        .println("hint: Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
    return ExitCodes.USAGE;
  }

  private static int explain(Terminal terminal, Exception e) throws Exception {
    return switch (e) {
      case CommandProblem problem -> {
        complain(terminal, String.valueOf(problem.getMessage()));
        yield problem.exitCode();
      }
      case PolicyException refused -> {
        terminal.out().flush();
        refused.problems().forEach(terminal.err()::println);
        yield ExitCodes.BAD_POLICY;
      }
      default -> throw e;
    };
  }

  private static void complain(Terminal terminal, String sentence) {
    terminal.out().flush();
    if (!sentence.isEmpty()) { // Else the helper has said it.
      terminal.err().println("error: " + sentence);
    }
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Show this help.")
                .build());
  }
}
