package org.polykern.cli.command;

import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Interrupt the code that runs in a session, as Ctrl-C would. */
@Command(
    name = "interrupt",
    description = "Interrupt the code that runs in a session, as Ctrl-C would.")
final class InterruptCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  InterruptCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    sessions.interrupt(session);
    if (output.json()) {
      Output.document(terminal, ApiClient.JSON.createObjectNode().put("interrupted", session));
    }
    return 0;
  }
}
