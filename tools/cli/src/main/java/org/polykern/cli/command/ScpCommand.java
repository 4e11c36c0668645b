package org.polykern.cli.command;

import java.util.List;
import java.util.Set;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.ssh.ScpTargets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the machine's scp on a session. */
@Command(
    name = "scp",
    description = {
      "Run this machine's scp on a session: 'scp data.csv mysess:' copies there, 'scp -r"
          + " mysess:results .' back.",
      "Relative paths start at the session's work directory. The exit code is scp's own."
    })
final class ScpCommand extends ServerCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "ARGUMENT",
      description = "Options of scp, files of this machine, and SESSION:PATH.")
  private List<String> arguments = List.of();

  ScpCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    Set<String> named = ScpTargets.of(arguments);
    if (named.size() != 1) {
      throw new UsageException(
          named.isEmpty()
              ? "Expected SESSION:PATH as a source or as the target, but no argument is one."
              : "Expected one session, but the arguments name several: "
                  + String.join(", ", named)
                  + ".");
    }
    return SshCommand.run(sessions, named.iterator().next(), terminal, "scp", arguments);
  }
}
