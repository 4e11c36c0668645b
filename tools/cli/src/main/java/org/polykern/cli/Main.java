package org.polykern.cli;

import java.util.Arrays;
import org.polykern.cli.command.CommandLineFactory;
import org.polykern.cli.jail.JailCommandLine;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.training.Training;

/** The process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--train")) {
      Training.run();
      return;
    }
    Terminal terminal = Terminal.ofProcess();
    int exitCode = execute(terminal, args);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(exitCode);
  }

  private static int execute(Terminal terminal, String[] args) {
    // A tree of its own: no client waits for the jail's classes.
    return args.length > 0 && args[0].equals("jail")
        ? JailCommandLine.create(terminal).execute(Arrays.copyOfRange(args, 1, args.length))
        : CommandLineFactory.create(terminal).execute(args);
  }
}
