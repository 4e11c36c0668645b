package org.polykern.cli.jail;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.RuleCompiler.Purpose;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a program in a jail. */
@Command(
    name = "run",
    customSynopsis =
        "polykern jail run [--policy FILE|NAME] [--plugins DIR] [--user UID[:GID]]%n"
            + "                  [--watch] [--events FILE] -- PROGRAM [ARGS]...",
    description = {
      "Run a program in a jail. What is refused is said once for each call on its standard error;"
          + " its exit code is this command's.",
      "When it ends, everything that it started is killed. At a terminal it gets one of its own;"
          + " descriptors other than 0, 1 and 2 are closed.",
      "Root is the safer user of this: then the program is another user than the jail."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ProgramOptions options = new ProgramOptions();

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Jars that decide about the policy's traced_syscalls.")
  private @Nullable String plugins;

  @Option(
      names = "--watch",
      description = "Refuse nothing; say at the end what the policy would have refused.")
  private boolean watch;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description = "Write what the jail tells, one JSON object a line.")
  private @Nullable String events;

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws PolicyException {
    Optional<ProgramUser> user = options.user(terminal);
    Policy policy = options.policy(terminal, Policy.DEFAULT);
    Watched watched = new Watched();
    try (PluginJudges judges = PluginJudges.load(path(plugins), policy, terminal);
        EventFile file = events == null ? null : EventFile.create(resolved(events), terminal)) {
      Consumer<String> listener =
          file == null
              ? watched
              : line -> {
                watched.accept(line);
                file.accept(line);
              };
      int exitCode =
          new JailRun(terminal, policy, purpose(policy), user, judges.judge(), listener)
              .run(options.command);
      if (watch) {
        watched.describe(policy, terminal.err());
      }
      return exitCode;
    }
  }

  private Purpose purpose(Policy policy) {
    if (watch) {
      return Purpose.WATCH;
    }
    // A refusal that nobody hears of is cheaper in the kernel.
    return policy.report() || events != null ? Purpose.REPORT : Purpose.ENFORCE;
  }

  private @Nullable Path path(@Nullable String word) {
    return word == null ? null : resolved(word);
  }

  private Path resolved(String word) {
    return terminal.workingDirectory().resolve(word);
  }
}
