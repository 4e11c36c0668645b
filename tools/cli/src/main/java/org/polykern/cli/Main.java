package org.polykern.cli;

import org.polykern.cli.command.CommandLineFactory;
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
    int exitCode = CommandLineFactory.create(terminal).execute(args);
    terminal.out().flush();
    terminal.err().flush();
    System.exit(exitCode);
  }
}
