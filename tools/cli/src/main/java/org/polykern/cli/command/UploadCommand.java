package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts local files into a session. */
@Command(name = "upload", description = "Upload files into a session's work directory.")
final class UploadCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Local files.")
  private List<Path> files = List.of();

  UploadCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    List<Path> paths = files.stream().map(terminal.workingDirectory()::resolve).toList();
    for (Path path : paths) {
      if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
        throw new UsageException("Expected a readable file, but cannot read " + path + ".");
      }
    }
    CodeCommand.uploadAll(sessions, session, paths);
    if (output.json()) {
      ArrayNode names = ApiClient.JSON.createArrayNode();
      paths.forEach(path -> names.add(String.valueOf(path.getFileName())));
      Output.document(terminal, ApiClient.JSON.createObjectNode().set("uploaded", names));
    }
    return 0;
  }
}
