package org.polykern.cli.command;

import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Start a session's container afresh; its files stay. */
@Command(name = "restart", description = "Start a session's container afresh; its files stay.")
final class RestartCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  RestartCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    sessions.restart(session);
    if (output.json()) {
      Output.document(terminal, ApiClient.JSON.createObjectNode().put("restarted", session));
    }
    return 0;
  }
}
