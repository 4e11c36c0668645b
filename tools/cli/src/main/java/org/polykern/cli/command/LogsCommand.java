package org.polykern.cli.command;

import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a session's log. */
@Command(name = "logs", description = "Print the log of a session, also of one that ended.")
final class LogsCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  LogsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    String logs = sessions.logs(session);
    if (output.json()) {
      Output.document(terminal, ApiClient.JSON.createObjectNode().put("logs", logs));
    } else {
      terminal.out().print(logs);
    }
    return 0;
  }
}
