package org.polykern.cli.jail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.call.NearestName;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.policy.ShippedPolicies;
import org.polykern.jail.rule.Policy;

/** The policy that a word of the command line means. */
final class NamedPolicy {
  private static final Pattern ENDING = Pattern.compile("\\.ya?ml$");

  private NamedPolicy() {}

  /**
   * Reads it and writes its warnings.
   *
   * <p>A bare name means a shipped policy even where a file has that name: what {@code --policy
   * language} permits must not depend on the directory in which it is typed.
   *
   * @throws PolicyException with everything that is wrong in the file
   */
  static Policy find(String word, Terminal terminal) throws PolicyException {
    Path file = terminal.workingDirectory().resolve(word);
    Optional<Policy> shipped = ShippedPolicies.named(ENDING.matcher(word).replaceFirst(""));
    boolean bare = ShippedPolicies.named(word).isPresent();
    if (shipped.isPresent() && (bare || !Files.isRegularFile(file))) {
      return shipped.get();
    }
    PolicyFile.Loaded loaded = read(word, file);
    loaded.warnings().forEach(warning -> terminal.err().println("warning: " + warning));
    return loaded.policy();
  }

  /** The text of a policy that comes with Polykern. */
  static String shippedText(String name) {
    return ShippedPolicies.text(ENDING.matcher(name).replaceFirst(""))
        .orElseThrow(() -> unknown(name, "the name of a shipped policy"));
  }

  private static PolicyFile.Loaded read(String word, Path file) throws PolicyException {
    if (Files.isDirectory(file) || (!Files.exists(file) && !Files.isSymbolicLink(file))) {
      throw unknown(word, "a policy's file or the name of a shipped one");
    }
    try {
      return PolicyFile.read(file);
    } catch (IOException e) {
      throw CommandProblem.usage(
          "Expected a file that can be read, but %s cannot: %s.".formatted(word, e.getMessage()));
    }
  }

  private static CommandProblem unknown(String word, String expected) {
    String nearest =
        NearestName.of(ENDING.matcher(word).replaceFirst(""), ShippedPolicies.names())
            .map(name -> " Did you mean '" + name + "'?")
            .orElse("");
    return CommandProblem.usage(
        "Expected %s, but '%s' is neither a file nor one of: %s.%s"
            .formatted(expected, word, String.join(", ", ShippedPolicies.names()), nearest));
  }
}
