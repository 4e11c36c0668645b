package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicBoolean;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.CreatedSession;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;
import org.polykern.cli.run.Execution;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Creates a session, or takes the one of that name, and runs code in it. */
@Command(
    name = "run",
    description = {
      "Run code in a session and show its output as it comes: snippets (-c), or files, which are"
          + " uploaded, built and executed.",
      "Without --name the session is new and is removed afterwards (--keep leaves it);"
          + " with --name it is kept for the next run (--rm removes it).",
      "The exit code is the program's own; 127 after a failed build."
    })
final class RunCommand extends CodeCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "Image reference or alias.")
  private String image = "";

  @Mixin private final SessionOptions session = new SessionOptions();

  @Option(names = "--rm", description = "Remove the session afterwards, also a named one.")
  private boolean remove;

  @Option(names = "--keep", description = "Keep the session afterwards, also one without a name.")
  private boolean keep;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show the program's output only.")
  private boolean quiet;

  RunCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    SessionSpec spec = session.spec(target(image), "run");
    if (spec.enqueueOnly()) {
      return StartCommand.start(sessions, spec, terminal, output.json());
    }
    Program program = program();
    Removal removal = new Removal(sessions, spec.name(), remove || (session.name == null && !keep));
    Runtime.getRuntime().addShutdownHook(removal.hook);
    try {
      CreatedSession created = StartCommand.create(sessions, spec);
      if (!quiet && terminal.interactive() && !output.json()) {
        terminal.err().println(created.name() + (created.created() ? " runs." : " is reused."));
      }
      return execute(sessions, created, program, removal);
    } finally {
      removal.now();
      removal.forget();
    }
  }

  private int execute(
      SessionClient sessions, CreatedSession created, Program program, Removal removal) {
    upload(sessions, created.name());
    Execution execution =
        new Execution(sessions, terminal, output.json(), mediaDirectory, removal::now);
    Execution.Outcome outcome = program.run(execution, created.name());
    if (output.json()) {
      ObjectNode document = ApiClient.JSON.createObjectNode();
      document.put("sessionId", created.id()).put("sessionName", created.name());
      document.put("created", created.created()).setAll(outcome.document());
      Output.document(terminal, document);
    }
    return outcome.exitCode();
  }

  /**
   * Removes the session once: at the end, at the second Ctrl-C, or when the process is told to end.
   */
  private static final class Removal {
    private final SessionClient sessions;
    private final String name;
    private final AtomicBoolean wanted;
    final Thread hook = Thread.ofPlatform().name("cli-remove").unstarted(this::now);

    Removal(SessionClient sessions, String name, boolean wanted) {
      this.sessions = sessions;
      this.name = name;
      this.wanted = new AtomicBoolean(wanted);
    }

    void now() {
      if (wanted.compareAndSet(true, false)) {
        try {
          sessions.destroy(name, true);
        } catch (ClientException e) {
          // The program's outcome counts; the server removes what nobody uses.
        }
      }
    }

    void forget() {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending already, and the hook finds nothing left to do.
      }
    }
  }
}
