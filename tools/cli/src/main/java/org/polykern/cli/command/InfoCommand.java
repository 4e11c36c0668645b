package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what the server knows about a session. */
@Command(name = "info", description = "Show everything about a session.")
final class InfoCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  InfoCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    JsonNode info = sessions.info(session);
    if (output.json()) {
      Output.document(terminal, info);
      return 0;
    }
    Table table = new Table();
    for (var field : info.properties()) {
      JsonNode value = field.getValue();
      if (!value.isNull()) {
        table.row(field.getKey(), value.isTextual() ? value.asText() : value.toString());
      }
    }
    table.print(terminal.out());
    return 0;
  }
}
