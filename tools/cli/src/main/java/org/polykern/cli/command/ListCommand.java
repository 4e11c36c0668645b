package org.polykern.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists a directory of a session. */
@Command(name = "ls", description = "List files in a session's work directory.")
final class ListCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A directory; the work directory by default.")
  private String path = ".";

  ListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    JsonNode answer = sessions.list(session, path);
    String errors = answer.path("errors").asText("");
    if (!errors.isEmpty()) {
      throw new NotRunningException("Expected to list " + path + ", but: " + errors.strip(), "");
    }
    JsonNode files = entries(answer.path("files").asText("[]"));
    if (output.json()) {
      Output.document(terminal, files);
      return 0;
    }
    Table table = new Table();
    for (JsonNode file : files) {
      table.row(
          file.path("mode").asText(), file.path("size").asText(), file.path("filename").asText());
    }
    table.print(terminal.out());
    return 0;
  }

  /** The listing comes as JSON inside a JSON string. */
  private static JsonNode entries(String text) {
    try {
      return ApiClient.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new NotRunningException("Expected a listing, but the server sent something else.", "");
    }
  }
}
