package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists living sessions. */
@Command(
    name = "ps",
    description = "List your living sessions (as many as the server returns in one answer).")
final class PsCommand extends ServerCommand {
  /** The API answers with at most so many. */
  private static final int SERVER_CAP = 10;

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only those whose name or id starts so.")
  private String prefix = "";

  PsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    JsonNode matches = sessions.match(prefix);
    if (output.json()) {
      Output.document(terminal, matches);
      return 0;
    }
    Table table = new Table().row("NAME", "STATUS", "ID");
    for (JsonNode match : matches) {
      table.row(
          match.path("name").asText(), match.path("status").asText(), match.path("id").asText());
    }
    table.print(terminal.out());
    if (matches.size() >= SERVER_CAP) {
      terminal.err().println("There may be more; give a PREFIX to see others.");
    }
    return 0;
  }
}
