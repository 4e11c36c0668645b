package org.polykern.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.ssh.SshSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the machine's ssh on a session. */
@Command(
    name = "ssh",
    description = {
      "Run this machine's ssh on a session. What follows the session's name is ssh's: options, then"
          + " a command.",
      "The exit code is ssh's own: the command's, or 255."
    })
final class SshCommand extends ServerCommand {
  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARGUMENT",
      description = "Options of ssh such as -L 8080:localhost:80, and the command to run.")
  private List<String> arguments = List.of();

  SshCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    List<String> words = new ArrayList<>(List.of(session));
    words.addAll(arguments);
    return run(sessions, session, terminal, "ssh", words);
  }

  static int run(
      SessionClient sessions,
      String session,
      Terminal terminal,
      String program,
      List<String> arguments) {
    try (SshSession ssh =
        SessionNames.checked(
            sessions, session, name -> SshSession.open(sessions, name, terminal.err()))) {
      return ssh.run(program, arguments);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERRUPTED;
    }
  }
}
