package org.polykern.launcher;

import java.io.UncheckedIOException;
import org.polykern.common.config.ConfigException;
import org.polykern.embedded.EmbeddedServerException;
import org.polykern.launcher.startup.StartupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The process: {@code up}, {@code down}, {@code status}, {@code node}. */
@Command(
    name = "polykern",
    subcommands = {UpCommand.class, DownCommand.class, StatusCommand.class, NodeCommand.class})
final class Main {
  private static final int FAILED = 1;

  private Main() {}

  public static void main(String[] args) {
    var code =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((e, _, _) -> report(e))
            .execute(args);
    System.exit(code);
  }

  /** One line for each thing that is wrong; the log has the stack. */
  private static int report(Exception e) {
    switch (e) {
      case ConfigException config -> config.errors().forEach(Console::error);
      case StartupException failed -> Console.error(failed.getMessage());
      case EmbeddedServerException server -> Console.error(server.getMessage());
      case UncheckedIOException io -> Console.error(io.getMessage());
      case IllegalStateException state -> Console.error(state.getMessage());
      case IllegalArgumentException argument -> Console.error(argument.getMessage());
      default -> {
        Console.error(e.toString());
        e.printStackTrace();
      }
    }
    return FAILED;
  }
}
