package org.polykern.cli.command;

import java.util.concurrent.Callable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Mixin;

/** A command that talks to the server: opens the client, hands it over, closes it. */
abstract class ServerCommand implements Callable<Integer> {
  final Terminal terminal;

  @Mixin final Output output = new Output();

  ServerCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public final Integer call() {
    ClientConfig config = ClientConfig.load(terminal.environment(), terminal.workingDirectory());
    try (ApiClient api = new ApiClient(config)) {
      return call(new SessionClient(api));
    }
  }

  /** Does the work and returns the exit code. */
  abstract int call(SessionClient sessions);
}
