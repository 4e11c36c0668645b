package org.polykern.cli.command;

import org.polykern.cli.client.CreatedSession;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Creates a session and leaves it running. */
@Command(name = "start", description = "Start a session and print its name.")
final class StartCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "Image reference or alias.")
  private String image = "";

  @Mixin private final SessionOptions session = new SessionOptions();

  StartCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    return start(sessions, session.spec(image, "session"), terminal, output.json());
  }

  static int start(SessionClient sessions, SessionSpec spec, Terminal terminal, boolean json) {
    CreatedSession created = create(sessions, spec);
    if (json) {
      Output.document(terminal, created.document());
    } else {
      terminal.out().println(created.name());
    }
    return 0;
  }

  /** Creates the session and insists that it runs, unless it only had to be queued. */
  static CreatedSession create(SessionClient sessions, SessionSpec spec) {
    CreatedSession created = sessions.create(spec);
    if (spec.enqueueOnly() || "RUNNING".equals(created.status())) {
      return created;
    }
    if ("TIMEOUT".equals(created.status())) {
      throw new NotRunningException(
          "Expected session "
              + spec.name()
              + " to run within "
              + spec.maxWaitSeconds()
              + " s, but it is still waiting.",
          "'polykern info " + spec.name() + "' says why; 'polykern rm' removes it.");
    }
    throw new NotRunningException(
        "Expected session " + spec.name() + " to run, but it ended as " + created.status() + ".",
        "'polykern info " + spec.name() + "' and 'polykern logs " + spec.name() + "' say more.");
  }
}
