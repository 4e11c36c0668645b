package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyWriter;
import org.polykern.jail.policy.WatchSummary;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler.Purpose;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Watches a program, and writes the policy under which it would have run. */
@Command(
    name = "trace",
    customSynopsis =
        "polykern jail trace [--policy FILE|NAME] [--user UID[:GID]] [-o FILE]%n"
            + "                    -- PROGRAM [ARGS]...",
    description = {
      "Run a program without refusing anything, and write a policy that permits what it used.",
      "Without --policy everything else is refused by it; with --policy it is that policy, opened as"
          + " far as the program needed.",
      "A program takes other ways on other days: read what was written before you rely on it. Every"
          + " call is stopped meanwhile, so programs are slow."
    })
final class TraceCommand implements Callable<Integer> {
  private static final int LONGEST_NAME = 64;

  private final Terminal terminal;

  @Mixin private final ProgramOptions options = new ProgramOptions();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write the policy; standard output, after the program's, without it.")
  private @Nullable String output;

  TraceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Optional<ProgramUser> user = options.user(terminal);
    Policy base = options.policy(terminal, nothing());
    Path file = output == null ? null : writable(output);
    Watched watched = new Watched();
    int exitCode =
        new JailRun(terminal, base, Purpose.WATCH, user, null, watched).run(options.command);
    WatchSummary.Learned learned = watched.summary().learn(name(), base);
    String text = PolicyWriter.write(learned.policy(), learned.comments());
    if (file == null) {
      terminal.out().print(text);
    } else {
      write(file, text);
    }
    return exitCode;
  }

  /** Nothing runs but what starts and ends programs, and what the default's limits count. */
  private static Policy nothing() {
    Policy all = Policy.DEFAULT;
    return new Policy(
        all.name(),
        all.allowDebug(),
        CallAction.refuse(Errno.EPERM),
        all.allowed(),
        all.lifted(),
        all.rules(),
        all.paths(),
        all.limits(),
        all.environment(),
        all.workingDirectory(),
        all.report());
  }

  /** Before the program runs for an hour. */
  private Path writable(String word) {
    Path file = terminal.workingDirectory().resolve(word).toAbsolutePath();
    Path directory = file.getParent();
    boolean fine =
        Files.exists(file)
            ? Files.isWritable(file) && !Files.isDirectory(file)
            : directory != null && Files.isWritable(directory);
    if (!fine) {
      throw CommandProblem.usage(
          "Expected a file that can be written after -o, but %s cannot.".formatted(word));
    }
    return file;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandProblem(
          ExitCodes.NO_JAIL, "Expected to write %s, but: %s.".formatted(file, e.getMessage()));
    }
  }

  /** After the file, else after the program. */
  private String name() {
    String word = output == null ? options.command.getFirst() : output;
    String last = word.substring(word.lastIndexOf('/') + 1).replaceFirst("\\.ya?ml$", "");
    String name = last.replaceAll("[^A-Za-z0-9._+-]", "-");
    return name.isEmpty() ? "traced" : name.substring(0, Math.min(LONGEST_NAME, name.length()));
  }
}
