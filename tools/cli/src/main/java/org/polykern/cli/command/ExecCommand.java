package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Execution;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs code in a session that exists. */
@Command(
    name = "exec",
    description = "Run code in an existing session. The exit code is the program's own.")
final class ExecCommand extends CodeCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  ExecCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    String target = target(session);
    Program program = program();
    upload(sessions, target);
    Execution execution =
        new Execution(sessions, terminal, output.json(), mediaDirectory, () -> {});
    Execution.Outcome outcome = program.run(execution, target);
    if (output.json()) {
      ObjectNode document = ApiClient.JSON.createObjectNode();
      document.put("sessionName", target).setAll(outcome.document());
      Output.document(terminal, document);
    }
    return outcome.exitCode();
  }
}
