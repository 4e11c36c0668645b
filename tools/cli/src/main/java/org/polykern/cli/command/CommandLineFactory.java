package org.polykern.cli.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command tree. */
public final class CommandLineFactory {
  private CommandLineFactory() {}

  @Command(
      name = "polykern",
      description = "Run code in isolated sessions.",
      footerHeading = "%nExit codes:%n",
      footer = {
        "  0 done; a program's own code after 'run' and 'exec'",
        "  2 wrong usage, 3 refused by the server, 4 no server or no configuration",
        "  130 interrupted"
      })
  private static final class Root {}

  /** All commands on the given terminal. */
  public static CommandLine create(Terminal terminal) {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand(new RunCommand(terminal))
        .addSubcommand(new StartCommand(terminal))
        .addSubcommand(new ExecCommand(terminal))
        .addSubcommand(new PsCommand(terminal))
        .addSubcommand(new InfoCommand(terminal))
        .addSubcommand(new LogsCommand(terminal))
        .addSubcommand(new RemoveCommand(terminal))
        .addSubcommand(new RestartCommand(terminal))
        .addSubcommand(new InterruptCommand(terminal))
        .addSubcommand(new UploadCommand(terminal))
        .addSubcommand(new DownloadCommand(terminal))
        .addSubcommand(new ListCommand(terminal))
        .addSubcommand(new TerminalCommand(terminal))
        .addSubcommand(new AppCommand(terminal))
        .addSubcommand(new AppsCommand(terminal))
        .addSubcommand(
            new CommandLine(new ServiceCommand(terminal)).setCaseInsensitiveEnumValuesAllowed(true))
        // What follows the name of a session is ssh's own, options included.
        .addSubcommand(new CommandLine(new SshCommand(terminal)).setStopAtPositional(true))
        .addSubcommand(
            new CommandLine(new ScpCommand(terminal)).setUnmatchedOptionsArePositionalParams(true))
        .addSubcommand(new ConfigCommand(terminal));
    root.getSubcommands().values().forEach(CommandLineFactory::addHelp);
    addHelp(root);
    Failures failures = new Failures(terminal);
    return root.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .type(boolean.class)
                .description("Show this help.")
                .build())
        .usageMessage()
        .abbreviateSynopsis(true);
  }
}
