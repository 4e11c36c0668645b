package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends sessions; goes on after one that cannot be. */
@Command(name = "rm", description = "Remove sessions.")
final class RemoveCommand extends ServerCommand {
  @Parameters(arity = "1..*", paramLabel = "SESSION", description = "Names or ids of sessions.")
  private List<String> names = List.of();

  @Option(
      names = {"-f", "--force"},
      description = "Also in a state that normally forbids it.")
  private boolean force;

  RemoveCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    ArrayNode removed = ApiClient.JSON.createArrayNode();
    int exitCode = 0;
    for (String name : names) {
      try {
        var answer = sessions.destroy(name, force);
        removed.addObject().put("session", name).set("stats", answer.path("stats"));
        if (!output.json()) {
          terminal.out().println(name);
        }
      } catch (ApiException e) {
        exitCode = ExitCodes.REFUSED;
        Failures.print(terminal, name + ": " + e.getMessage(), e.hint());
        removed.addObject().put("session", name).put("error", e.getMessage());
      }
    }
    if (output.json()) {
      Output.document(terminal, removed);
    }
    return exitCode;
  }
}
