package org.polykern.cli.command;

import java.util.concurrent.Callable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ClientConfig;
import org.polykern.cli.run.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows which server would be used and why; secrets stay hidden. */
@Command(name = "config", description = "Show the server in use and where that was configured.")
final class ConfigCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final Output output = new Output();

  ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    ClientConfig config = ClientConfig.load(terminal.environment(), terminal.workingDirectory());
    if (output.json()) {
      Output.document(
          terminal,
          ApiClient.JSON
              .createObjectNode()
              .put("endpoint", config.endpoint().toString())
              .put("accessKey", config.maskedAccessKey())
              .put("secretKey", "****")
              .put("from", config.origin()));
      return 0;
    }
    new Table()
        .row("endpoint", config.endpoint().toString())
        .row("access key", config.maskedAccessKey())
        .row("secret key", "****")
        .row("from", config.origin())
        .print(terminal.out());
    return 0;
  }
}
