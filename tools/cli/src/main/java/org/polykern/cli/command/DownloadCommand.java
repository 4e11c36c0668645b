package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches files of a session. */
@Command(name = "download", description = "Download files from a session's work directory.")
final class DownloadCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "PATH", description = "Remote files.")
  private List<String> remotes = List.of();

  @Option(
      names = {"-o", "--directory"},
      paramLabel = "DIR",
      description = "Where to put them; the working directory by default.")
  private Path directory = Path.of("");

  DownloadCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    Path into = terminal.workingDirectory().resolve(directory);
    ArrayNode saved = ApiClient.JSON.createArrayNode();
    for (String remote : remotes) {
      Path name = Path.of(remote).getFileName();
      if (name == null || name.toString().isEmpty() || name.toString().equals("..")) {
        throw new UsageException("Expected the path of a file, but got '" + remote + "'.");
      }
      Path local = into.resolve(name);
      try {
        Files.createDirectories(local.toAbsolutePath().getParent());
      } catch (IOException e) {
        throw new UncheckedIOException("Expected to create " + into + ", but it failed: " + e, e);
      }
      sessions.download(session, remote, local);
      saved.add(local.toString());
    }
    if (output.json()) {
      Output.document(terminal, ApiClient.JSON.createObjectNode().set("saved", saved));
    }
    return 0;
  }
}
