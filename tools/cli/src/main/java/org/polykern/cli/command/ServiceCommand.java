package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Starts and stops a session's services, and shows what they wrote. */
@Command(name = "service", description = "Start or stop a service of a session, or show its log.")
final class ServiceCommand extends ServerCommand {
  /** What to do. */
  enum Action {
    START,
    STOP,
    LOG
  }

  @Parameters(index = "0", paramLabel = "start|stop|log", description = "What to do.")
  private Action action = Action.LOG;

  @Parameters(index = "1", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(index = "2", paramLabel = "SERVICE", description = "As 'apps SESSION' lists it.")
  private String service = "";

  @Mixin private final ServiceOptions options = new ServiceOptions();

  ServiceCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    Services.find(sessions, session, service);
    JsonNode document =
        switch (action) {
          case START -> sessions.startService(session, service, options.json());
          case STOP -> {
            sessions.stopService(session, service);
            yield ApiClient.JSON.createObjectNode().put("stopped", service);
          }
          case LOG -> sessions.serviceLog(session, service);
        };
    if (output.json()) {
      Output.document(terminal, document);
    } else if (action == Action.LOG) {
      terminal.out().print(document.path("log").asText());
    }
    return 0;
  }
}
