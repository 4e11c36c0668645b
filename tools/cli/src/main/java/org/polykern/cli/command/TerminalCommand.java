package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.terminal.DetachKeys;
import org.polykern.cli.terminal.TerminalSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a session's terminal in this one. */
@Command(
    name = "terminal",
    description = {
      "Open a terminal in a session, or come back to the one that was left there. A broken"
          + " connection is made again.",
      "Exit code 0 when it was left with the detach keys or the session ended, 4 when the"
          + " connection was lost for good."
    })
final class TerminalCommand extends ServerCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SESSION",
      description = "Name or id of the session; the only running one by default.")
  private @Nullable String session;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Which of the session's terminals; 'main' by default.")
  private String name = "main";

  @Option(names = "--read-only", description = "Only look: type nothing, change no size.")
  private boolean readOnly;

  @Option(
      names = "--detach-keys",
      paramLabel = "KEYS",
      description = "What leaves; ctrl-p,ctrl-q by default, 'none' for none.")
  private String detachKeys = "ctrl-p,ctrl-q";

  @Option(names = "--web", description = "Print a link to its page instead; it is good once.")
  private boolean web;

  @Option(names = "--open", description = "With --web: open the link in the browser.")
  private boolean open;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Start the session with this image, where there is none of that name.")
  private @Nullable String image;

  TerminalCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    DetachKeys keys = keys();
    if (!web && !terminal.interactive()) {
      throw new UsageException(
          "Expected standard input and output to be a terminal, but they are not; 'polykern exec'"
              + " and 'polykern ssh SESSION COMMAND' run commands without one.");
    }
    String chosen = chosen(sessions);
    if (web) {
      return link(sessions, chosen);
    }
    var target = new TerminalSession.Target(chosen, name, readOnly);
    try {
      return show(new TerminalSession(sessions.api(), target, keys, Clock.systemUTC()).run());
    } catch (ApiException e) {
      throw SessionNames.explained(sessions, chosen, e);
    } catch (IOException e) {
      throw new UsageException("Expected a terminal to draw in, but " + e.getMessage() + ".");
    }
  }

  private DetachKeys keys() {
    try {
      return DetachKeys.parse(detachKeys);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private String chosen(SessionClient sessions) {
    if (image != null) {
      SessionOptions options = new SessionOptions();
      options.name = session;
      return StartCommand.create(sessions, options.spec(image, "terminal")).name();
    }
    return session == null ? SessionNames.only(sessions) : session;
  }

  private int show(TerminalSession.Outcome outcome) {
    return switch (outcome) {
      case TerminalSession.Outcome.Detached detached -> {
        terminal.err().println("Left; the terminal goes on.");
        yield 0;
      }
      case TerminalSession.Outcome.Ended(String sentence) -> {
        terminal.err().println(sentence.isEmpty() ? "The session has ended." : sentence);
        yield 0;
      }
      case TerminalSession.Outcome.Lost(String reason) -> {
        Failures.print(terminal, "The connection was lost: " + reason, "");
        yield ExitCodes.UNREACHABLE;
      }
    };
  }

  private int link(SessionClient sessions, String chosen) {
    JsonNode link =
        SessionNames.checked(sessions, chosen, found -> sessions.terminalLink(found, name));
    String url = link.path("url").asText();
    if (output.json()) {
      Output.document(terminal, link);
    } else {
      terminal.out().println(url);
    }
    if (open || (terminal.interactive() && Browser.likely(terminal))) {
      terminal.out().flush();
      Browser.open(terminal, url);
    }
    return 0;
  }
}
