package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.rule.RuleCompiler.Purpose;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** All that is wrong in files, before somebody relies on them. */
@Command(
    name = "check",
    description = {
      "Read policy files and write every error and warning with its file and line.",
      "Ends with 1 when a file has an error."
    })
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Policy files.")
  private List<String> files = new ArrayList<>();

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    boolean fine = true;
    for (String file : files) {
      fine &= check(file);
    }
    return fine ? 0 : ExitCodes.BAD_POLICY;
  }

  private boolean check(String word) {
    Path file = terminal.workingDirectory().resolve(word);
    try {
      PolicyFile.Loaded loaded = PolicyFile.read(file);
      loaded
          .warnings()
          .forEach(
              warning -> say(warning.file(), warning.line(), "warning: " + warning.sentence()));
      Filter.of(loaded.policy(), Identity.current().containment(), Purpose.REPORT);
      terminal.out().println("%s: policy '%s' is fine".formatted(word, loaded.policy().name()));
      return true;
    } catch (PolicyException e) {
      e.problems().forEach(problem -> terminal.out().println(problem));
    } catch (IllegalArgumentException e) {
      // More rules than a filter can hold.
      say(word, 1, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      say(word, 1, "Expected a file, but there is none.");
    } catch (IOException e) {
      say(word, 1, "Expected a file that can be read, but it cannot: " + e.getMessage() + ".");
    }
    return false;
  }

  private void say(String file, int line, String sentence) {
    terminal.out().println(file + ":" + line + ": " + sentence);
  }
}
