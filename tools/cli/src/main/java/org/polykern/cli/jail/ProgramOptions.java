package org.polykern.cli.jail;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.rule.Policy;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What it takes to start a program. */
final class ProgramOptions {
  @Option(
      names = {"-p", "--policy"},
      paramLabel = "FILE|NAME",
      description = "The policy; the default one without this.")
  @Nullable String policy;

  @Option(
      names = "--user",
      paramLabel = "UID[:GID]",
      description =
          "As whom the program runs when root starts it; GID is UID when left out. Without this it is"
              + " who called sudo, else 65534. The program has no other groups.")
  @Nullable String user;

  @Parameters(
      arity = "1..*",
      paramLabel = "PROGRAM [ARGS]",
      description = "The program; what follows its name is its own.")
  List<String> command = new ArrayList<>();

  /** As whom to run, empty for the same user. */
  Optional<ProgramUser> user(Terminal terminal) {
    return ProgramUser.of(user, terminal.environment(), Identity.current());
  }

  /** The policy that was named, or {@code otherwise}. */
  Policy policy(Terminal terminal, Policy otherwise) {
    if (policy == null) {
      return otherwise;
    }
    try {
      return NamedPolicy.find(policy, terminal);
    } catch (PolicyException e) {
      e.problems().forEach(terminal.err()::println);
      throw new CommandProblem(
          ExitCodes.NO_JAIL, "The program was not started, because its policy has errors.");
    }
  }
}
