package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists the services of a session. */
@Command(name = "apps", description = "List the services of a session, for 'app'.")
final class AppsCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  AppsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    JsonNode services = SessionNames.checked(sessions, session, sessions::services);
    if (output.json()) {
      Output.document(terminal, services);
      return 0;
    }
    Table table = new Table().row("NAME", "PROTOCOL", "PORTS", "ARGUMENTS", "ENVIRONMENT");
    for (JsonNode service : services) {
      table.row(
          service.path("name").asText(),
          service.path("protocol").asText(),
          words(service.path("ports")),
          words(service.path("allowed_arguments")),
          words(service.path("allowed_envs")));
    }
    table.print(terminal.out());
    return 0;
  }

  /** A list's elements, or an object's names. */
  private static String words(JsonNode node) {
    StringJoiner words = new StringJoiner(" ");
    if (node.isObject()) {
      node.fieldNames().forEachRemaining(words::add);
    } else {
      node.forEach(word -> words.add(word.asText()));
    }
    return words.length() == 0 ? "-" : words.toString();
  }
}
